// Files on their way: sent as they are, then read by the server.
import { api, asItIs, taken, type Schemas } from "../api/client";

export type Upload = Schemas["Import"];
export type Reading = Schemas["ImportReading"];

/** The largest file that the server takes. */
export const LARGEST = 256 * 1_024 * 1_024;
/** How often it is asked how far an import has come. */
const ASK_EVERY_MS = 500;

/** Hands a file over. */
export function send(file: Blob, name: string): Promise<Upload> {
  return taken(
    api.POST("/v1/imports", {
      params: { query: { name } },
      headers: { "content-type": "application/octet-stream" },
      // Read from the disk as it is sent.
      ...asItIs(file),
    }),
  );
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Imports a file, and tells now and then how far it has come, until it is over. Without a reading
 * it is being imported already.
 */
export async function run(
  id: string,
  reading: Reading | null,
  tell: (upload: Upload) => void,
): Promise<Upload> {
  const path = { id };
  let upload: Upload = await taken(
    reading === null
      ? api.GET("/v1/imports/{id}", { params: { path } })
      : api.POST("/v1/imports/{id}/start", { params: { path }, body: reading }),
  );
  tell(upload);
  while (upload.state === "running") {
    await wait(ASK_EVERY_MS);
    upload = await taken(api.GET("/v1/imports/{id}", { params: { path } }));
    tell(upload);
  }
  return upload;
}
