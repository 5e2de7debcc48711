// The way without a WebSocket, against a server and a panel that the test plays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStream } from './stream.js';

/** A server: what it streams is pushed in, what it is asked is answered one by one. */
function server() {
  const asked = [];
  let stream;
  globalThis.fetch = (url, { headers, body, signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const answer = (status, text) => resolve(new Response(text, { status }));
      if (url.endsWith('/fn/stream_events')) {
        answer(200, new ReadableStream({ start: (controller) => (stream = controller) }));
      } else asked.push({ url, token: headers.Authorization, frame: JSON.parse(body).frame, answer, fail: reject });
    });
  return { asked, push: (text) => stream.enqueue(new TextEncoder().encode(text)), end: () => stream.close() };
}

/** Long enough for whatever is under way, since nothing here waits for a clock. */
const settled = () => new Promise((done) => setImmediate(() => setImmediate(done)));

test('frames come line by line, however they are cut, and the end is told once', async () => {
  const { push, end } = server();
  const heard = [];
  openStream('https://hub', 'abc', 'null', (frame, live) => heard.push([frame, live]) < 0);
  await settled();
  push('{"type":"we');
  push('lcome"}\n{"type":"heartbeat"}\n');
  await settled();
  end();
  await settled();
  assert.deepEqual(heard, [['{"type":"welcome"}', true], ['{"type":"heartbeat"}', true], [null, false]]);
});

test('one request after the other, each with the token of the moment; a refusal is a frame', async () => {
  const { asked } = server();
  const heard = [];
  const stream = openStream('https://hub', 'abc', 'null', (frame) => heard.push(frame) < 0);
  stream.send('{"type":"hello"}');
  stream.send('{"type":"post","client_id":"one","chat_id":1}');
  stream.send('{"type":"read","chat_id":1}');
  await settled();
  assert.deepEqual(asked.map(({ frame }) => frame.type), ['post']);
  stream.send('{"type":"token","token":"def"}');
  asked[0].answer(429, '{"code":"too_many_requests","detail":"Later."}');
  await settled();
  assert.deepEqual(JSON.parse(heard[0]), {
    type: 'reject',
    client_id: 'one',
    chat_id: 1,
    code: 'too_many_requests',
    detail: 'Later.',
  });
  assert.deepEqual(asked.map(({ token }) => token), ['Bearer abc', 'Bearer def']);
  stream.close();
});

test('messages that are held back do not go out, and none passes one whose request failed', async () => {
  const { asked } = server();
  const heard = [];
  const stream = openStream('https://hub', 'abc', 'null', (frame) => {
    heard.push(frame);
    return frame === '{"type":"reject"}';
  });
  for (const name of ['one', 'two']) stream.send(`{"type":"post","client_id":"${name}"}`);
  stream.send('{"type":"typing","chat_id":1}');
  stream.send('{"type":"typing","chat_id":2}');
  await settled();
  asked[0].answer(200, '{"type":"reject"}');
  await settled();
  assert.deepEqual(asked.map(({ frame }) => frame.type), ['post', 'typing']);
  asked[1].fail(new TypeError('network'));
  await settled();
  assert.equal(asked.length, 2);
  assert.deepEqual(heard, ['{"type":"reject"}', null]);
});
