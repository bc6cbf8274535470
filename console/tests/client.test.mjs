// The client is that of the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { stale } from "../scripts/api.mjs";
import { serve } from "../scripts/server.mjs";

let server;
before(async () => {
  server = await serve();
});
after(() => server?.stop());

test("the client's types are those of the server's description", async () => {
  assert.deepEqual(await stale(server.address), []);
});

test("files of the console are kept for good, its page is not, and the API is no page", async () => {
  const page = await fetch(`${server.address}/waiting`);
  const html = await page.text();
  assert.equal(page.headers.get("cache-control"), "no-cache");
  assert.match(page.headers.get("content-security-policy"), /default-src 'self'/);
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html);
  const file = await fetch(server.address + script);
  assert.match(file.headers.get("cache-control"), /immutable/);
  assert.equal(file.headers.get("content-encoding"), "gzip");
  for (const path of ["/v1/nothing", "/assets/none.js", "/nothing"]) {
    const answer = await fetch(server.address + path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json", path);
  }
});
