// An order in which functions stand beside those that are like them, so that they are compressed better.
'use strict';

/** Pieces of this many bytes are compared, by the least of so many hashes of each (MinHash). */
const PIECE = 5;
const HASHES = 24;

/** The least that each of the hashes makes of a function's pieces. */
function sketch(bytes) {
    const least = new Uint32Array(HASHES).fill(0xffff_ffff);
    for (let at = 0; at + PIECE <= Math.max(bytes.length, PIECE); at++) {
        let piece = 2_166_136_261;
        for (const byte of bytes.subarray(at, at + PIECE)) piece = Math.imul(piece ^ byte, 16_777_619);
        for (let hash = 0; hash < HASHES; hash++) {
            const value = Math.imul(piece ^ (piece >>> 15), 2 * (hash * 0x9e37_79b1) + 1) >>> 0;
            if (value < least[hash]) least[hash] = value;
        }
    }
    return [...least].map((value, hash) => `${hash}:${value}`);
}

/** The places of functions in an order of likeness: from one to the likest that is left, beginning with the largest. */
function likeness(functions) {
    const sketches = functions.map(sketch);
    const alike = new Map();
    sketches.forEach((marks, place) => {
        for (const mark of marks) alike.set(mark, [...(alike.get(mark) ?? []), place]);
    });
    const left = new Set(functions.map((_, place) => place).sort((one, other) => functions[other].length - functions[one].length));
    const order = [];
    let [place] = left;
    while (place !== undefined) {
        order.push(place);
        left.delete(place);
        const shared = new Map();
        for (const mark of sketches[place]) {
            for (const other of alike.get(mark)) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1);
        }
        const distance = (other) => Math.abs(functions[other].length - functions[place].length);
        const nearer = ([one, shares], [other, more]) => more - shares || distance(one) - distance(other);
        const [[likest] = left] = [...shared].sort(nearer);
        place = likest;
    }
    return order;
}

module.exports = { likeness };
