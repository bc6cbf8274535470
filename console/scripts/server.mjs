// A real server with a data folder of its own, on a free port of this machine.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The program: `YINGDA_BIN`, or the debug build of this checkout. */
export function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  return process.env.YINGDA_BIN ?? join(target, "debug", "yingda");
}

function started(child) {
  return new Promise((done, failed) => {
    let said = "";
    const look = (bytes) => {
      said += bytes;
      const address = /ready at (http:\/\/[0-9.:]+)/.exec(said)?.[1];
      const link = /(http:\/\/\S+\/sign-up#\S+)/.exec(said)?.[1];
      if (address && (link || said.includes("Ctrl-C)"))) {
        // The link comes right behind the address, where there is one.
        setTimeout(() => {
          const later = /(http:\/\/\S+\/sign-up#\S+)/.exec(said)?.[1];
          done({ address, link: later ?? null });
        }, 100);
        child.stdout.off("data", look);
        child.stdout.on("data", (more) => (said += more));
      }
    };
    child.stdout.on("data", look);
    child.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${said}`)));
    child.on("error", failed);
  });
}

/**
 * Starts a server; `port` and `folder` are given to start one again where it was, `ahead` is how
 * many milliseconds its clock goes ahead of this machine's.
 */
export async function serve({ port = 0, folder, ahead = 0 } = {}) {
  const data = folder ?? (await mkdtemp(join(tmpdir(), "yingda-console-")));
  const flags = ["--lang", "en", "serve", "--data", data, "--listen", `127.0.0.1:${port}`];
  flags.push("--clock-shift", `${ahead}ms`);
  // Settings of this machine's own server are not those of this one.
  const mine = Object.entries(process.env).filter(([name]) => !name.startsWith("YINGDA_"));
  const env = Object.fromEntries(mine);
  const child = spawn(program(), flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (bytes) => (log = (log + bytes).slice(-20_000)));
  let known;
  try {
    known = await started(child);
  } catch (error) {
    throw new Error(`${error.message}\n${log}`);
  }
  const stop = async ({ keep = false } = {}) => {
    const ended = new Promise((done) => child.once("exit", done));
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await ended;
    }
    if (!keep) await rm(data, { recursive: true, force: true });
  };
  return { ...known, folder: data, stop, log: () => log, pid: child.pid };
}
