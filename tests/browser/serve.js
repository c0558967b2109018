// Programs that serve: started on a free port, ended with the tests.
import { spawn } from "node:child_process";

// The first line of standard output that holds an address; everything said, for when it fails.
export function serve(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  let said = "";
  const ended = new Promise((done) => child.on("close", (code) => done(code)));
  const base = new Promise((done, fail) => {
    const hear = (chunk) => {
      said += chunk;
      const found = said.match(/http:\/\/[0-9.]+:\d+/);
      if (found) done(found[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", fail);
    ended.then((code) => fail(new Error(`${command} ended (${code}): ${said}`)));
  });
  base.catch(() => {});
  return {
    base,
    said: () => said,
    async stop() {
      child.stdin.end();
      child.kill("SIGTERM");
      return ended;
    },
  };
}
