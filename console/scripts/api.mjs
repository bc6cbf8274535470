// The client's types out of the server's description.
//   node scripts/api.mjs --write   asks the built server, writes openapi.json and schema.ts
//   node scripts/api.mjs --check   says whether schema.ts is that of openapi.json
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

import { serve } from "./server.mjs";

const DESCRIPTION = new URL("../openapi.json", import.meta.url);
const SCHEMA = new URL("../src/api/schema.ts", import.meta.url);

const HEAD = `// Made by \`npm run api\` from openapi.json, which the server itself tells; a test compares both.
`;

export async function described(address) {
  const answer = await fetch(`${address}/v1/openapi.json`);
  return `${JSON.stringify(await answer.json(), null, 1)}\n`;
}

export async function schemaOf(description) {
  const types = await openapiTS(JSON.parse(description), {
    alphabetize: true,
    defaultNonNullable: false,
  });
  return HEAD + astToString(types);
}

/** What is out of date, in words; empty: nothing is. */
export async function stale(address) {
  const [description, schema] = [await readFile(DESCRIPTION, "utf8"), await readFile(SCHEMA, "utf8")];
  const wrong = [];
  if (address && (await described(address)) !== description) {
    wrong.push("openapi.json is not what the server tells: run `npm run api`");
  }
  if ((await schemaOf(description)) !== schema) {
    wrong.push("src/api/schema.ts is not that of openapi.json: run `npm run api`");
  }
  return wrong;
}

if (process.argv[2] === "--write") {
  const server = await serve();
  try {
    const description = await described(server.address);
    await writeFile(DESCRIPTION, description);
    await writeFile(SCHEMA, await schemaOf(description));
  } finally {
    await server.stop();
  }
} else if (process.argv[2] === "--check") {
  const wrong = await stale();
  wrong.forEach((line) => console.error(line));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
