// WebAssembly modules as bytes: their sections, what these hold, and what functions are called.
'use strict';

const IMPORT = 2, EXPORT = 7, CODE = 10, DATA = 11;

/** Reads numbers, names and pieces of a module, one after the other. */
class Reader {
    constructor(bytes, at = 0) {
        this.bytes = bytes;
        this.at = at;
    }

    number() {
        let value = 0, byte, weight = 1;
        do {
            byte = this.bytes[this.at++];
            value += (byte & 127) * weight;
            weight *= 128;
        } while (byte & 128);
        return value;
    }

    piece(length = this.number()) {
        return this.bytes.subarray(this.at, (this.at += length));
    }

    name() {
        return this.piece().toString();
    }
}

const number = (value) => {
    const bytes = [];
    do bytes.push(value > 127 ? (value % 128) | 128 : value);
    while ((value = Math.floor(value / 128)) > 0);
    return Buffer.from(bytes);
};
const sized = (bytes) => Buffer.concat([number(bytes.length), bytes]);

/** The sections of a module: their kinds and what is in them. */
function sections(wasm) {
    const reader = new Reader(wasm, 8);
    const all = [];
    while (reader.at < wasm.length) all.push({ kind: wasm[reader.at++], body: reader.piece() });
    return all;
}

const joined = (wasm, all) =>
    Buffer.concat([wasm.subarray(0, 8), ...all.flatMap(({ kind, body }) => [Buffer.from([kind]), sized(body)])]);

/** The members of a section that counts them, each with its bytes. */
function members(body, read) {
    const reader = new Reader(body);
    return Array.from({ length: reader.number() }, () => {
        const from = reader.at;
        const member = read(reader);
        return { ...member, bytes: body.subarray(from, reader.at) };
    });
}

const counted = (all) => Buffer.concat([number(all.length), ...all]);

/** What a module imports. wasm-bindgen's imports are functions, and a memory or table would be read wrong. */
const imports = (body) =>
    members(body, (reader) => {
        const [module, name] = [reader.name(), reader.name()];
        const kind = reader.bytes[reader.at++];
        if (kind !== 0) throw new Error(`${module}.${name} is imported and no function`);
        return { module, name, type: reader.number() };
    });

/** The names of a module's functions, by their numbers. */
function names(all) {
    const found = new Map();
    for (const { kind, body } of all) {
        const reader = new Reader(body);
        if (kind !== 0 || reader.name() !== 'name') continue;
        while (reader.at < body.length) {
            const what = body[reader.at++];
            const part = new Reader(reader.piece());
            if (what !== 1) continue;
            for (let left = part.number(); left > 0; left--) found.set(part.number(), part.name());
        }
    }
    return found;
}

/** Without the hashes that compilers put into names. */
const plain = (name = '') => name.replace(/\[[0-9a-f]{16}\]|::h[0-9a-f]{16}$/g, '');

module.exports = { IMPORT, EXPORT, CODE, DATA, Reader, number, sized, sections, joined, members, counted, imports, names, plain };
