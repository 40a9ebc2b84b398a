import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../../../../autoscaler/src/core/decide.ts";

const root = new URL("../../../../", import.meta.url).pathname;
const config = join(root, "test/fixtures/config/valid.yaml");

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const autoscaler = (...args: string[]): Promise<Result> => autoscalerWith({}, ...args);

/** A command that does not end by itself is killed, and its code is then no number: -1. */
function autoscalerWith(env: Record<string, string>, ...args: string[]): Promise<Result> {
  const options = { env: { PATH: process.env["PATH"], ...env }, timeout: 30_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "autoscaler/src/main.ts"), ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, stdout, stderr });
    });
  });
}

const line = (now: number, depth: number | null, more: object = {}): string =>
  JSON.stringify({
    now,
    readings: {
      queueDepth: depth === null ? { error: "broker is down" } : { value: depth, observedAt: now },
      cpu: { value: 50, observedAt: now },
    },
    ...more,
  });

describe("the commands", function () {
  this.timeout(60_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "autoscaler-cli-"));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  async function decided(...lines: string[]): Promise<Outcome[]> {
    const input = await file("input.jsonl", lines.join("\n"));
    const { stdout, stderr } = await autoscaler("decide", "--config", config, "--target", "worker", "--input", input);
    assert.equal(stderr, "");
    return stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as Outcome);
  }

  it("check accepts a valid configuration with 0 and refuses a bad one with 1", async () => {
    assert.equal((await autoscaler("check", "--config", config)).code, 0);
    const bad = await autoscaler("check", "--config", config.replace("valid.yaml", "invalid/many-problems.yaml"));
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /has 4 problems:/);
  });

  it("decide answers one document", async () => {
    const [outcome] = await decided(line(0, 1150, { currentReplicas: 4, readyReplicas: 4, state: null }));
    assert.deepEqual(Object.keys(outcome ?? {}), ["decision", "nextState"]);
    assert.equal(outcome?.decision.desiredReplicas, 6);
    assert.equal(outcome.decision.direction, "up");
    assert.deepEqual(outcome.nextState.scaleUpEvents, [{ at: 0, change: 2 }]);
  });

  it("decide continues each line from the one before", async () => {
    const outcomes = await decided(line(0, 4000, { currentReplicas: 4 }), line(2, 4000), line(15, 4000));
    assert.deepEqual(
      outcomes.map(({ decision }) => [decision.currentReplicas, decision.desiredReplicas, decision.limitedBy]),
      [
        [4, 8, "ScaleUpLimit"],
        [8, 8, "ScaleUpLimit"],
        [8, 16, "ScaleUpLimit"],
      ],
    );
  });

  it("decide fed back its own nextState continues the history", async () => {
    const [first] = await decided(line(0, 0, { currentReplicas: 4 }));
    const [held] = await decided(line(299, 0, { currentReplicas: 4, state: first?.nextState }));
    const [fallen] = await decided(line(300, 0, { currentReplicas: 4, state: first?.nextState }));
    assert.equal(held?.decision.limitedBy, "ScaleDownStabilized");
    assert.equal(fallen?.decision.desiredReplicas, 2);
  });

  it("decide names every problem of its input", async () => {
    const input = await file("bad.json", '{"now":"x","currentReplicas":-1,"readings":{"cpu":{"value":1}},"bogus":1}');
    const { code, stderr } = await autoscaler("decide", "--config", config, "--target", "worker", "--input", input);
    assert.equal(code, 1);
    for (const key of ["now", "currentReplicas", "readings.cpu", "bogus"])
      assert.match(stderr, new RegExp(`  ${key}: `));
  });

  it("decide names the targets there are", async () => {
    const { code, stderr } = await autoscaler("decide", "--config", config, "--target", "nope", "--input", config);
    assert.equal(code, 1);
    assert.equal(stderr, 'target must be one of worker, found "nope"\n');
  });

  describe("run", () => {
    const kubeconfig = `apiVersion: v1
kind: Config
current-context: a
clusters: [{ name: a, cluster: { server: "https://127.0.0.1:1" } }]
contexts: [{ name: a, context: { cluster: a, user: a } }]
users: [{ name: a, user: { token: hunter2 } }]
`;

    it("ends with 1 and one sentence when its port is taken", async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as AddressInfo;
      try {
        const server = `server: { host: 127.0.0.1, port: ${port} }\n`;
        const own = await file("run.yaml", (await readFile(config, "utf8")).replace("targets:", `${server}targets:`));
        const { code, stderr } = await autoscalerWith(
          { KUBECONFIG: await file("kubeconfig", kubeconfig) },
          "run",
          "--config",
          own,
        );
        assert.equal(stderr, `server: cannot listen on 127.0.0.1:${port}: EADDRINUSE\n`);
        assert.equal(code, 1);
      } finally {
        taken.close();
      }
    });

    it("ends with 1 and one sentence when the certificate of the custom metrics is missing", async () => {
      const served = await readFile(config.replace("valid.yaml", "custom-metrics.yaml"), "utf8");
      const server = "server: { host: 127.0.0.1, port: 0 }\nlogLevel: silent\n";
      const own = await file("served.yaml", served.replace("targets:", `${server}targets:`));
      const KUBECONFIG = await file("kubeconfig", kubeconfig);
      const { code, stderr } = await autoscalerWith({ KUBECONFIG }, "run", "--config", own);
      assert.equal(stderr, "customMetrics.certFile: cannot read /tls.crt: ENOENT\n");
      assert.equal(code, 1);
    });

    it("ends with 1 and one sentence outside of a cluster", async () => {
      const { code, stderr } = await autoscalerWith({}, "run", "--config", config);
      assert.match(stderr, /^no access to Kubernetes: .*KUBERNETES_SERVICE_HOST.*\n$/);
      assert.equal(code, 1);
    });
  });

  describe("replay", () => {
    async function logOf(...lines: string[]): Promise<string> {
      const outcomes = await decided(...lines);
      let currentReplicas = 4;
      const entries = lines.map((text, index) => {
        const { decision } = outcomes[index]!;
        const input = { ...(JSON.parse(text) as object), currentReplicas, readyReplicas: currentReplicas };
        currentReplicas = decision.desiredReplicas;
        return JSON.stringify({ target: "worker", input, decision, outcome: "patched" });
      });
      return file("decisions.ndjson", `${entries.join("\n")}\n`);
    }

    it("gives the same decisions", async () => {
      const log = await logOf(line(0, 1150, { currentReplicas: 4 }), line(2, null), line(4, 1150));
      const { code, stdout } = await autoscaler("replay", "--config", config, "--log", log);
      assert.equal(stdout, "3 decisions replayed, 0 differ from the log\n");
      assert.equal(code, 0);
    });

    it("shows where a second configuration decides otherwise", async () => {
      const log = await logOf(line(0, 1150, { currentReplicas: 4 }), line(2, 1150));
      const { stdout } = await autoscaler("replay", "--config", config, "--log", log, "--against", await tighter());
      assert.match(stdout, /1970-01-01T00:00:00.000Z worker at 4: .* 6 \[AboveTarget\], .* 8 \[/);
      assert.match(stdout, /2 decisions compared, 1 differ/);
    });

    it("passes over failures, notes and the half line of a killed process", async () => {
      const [first, second] = (
        await readFile(await logOf(line(0, 1150, { currentReplicas: 4 }), line(2, 1150)), "utf8")
      )
        .trimEnd()
        .split("\n");
      const note = '{"at":1,"note":{"kind":"LeaderElected","detail":"me"}}';
      const failure = '{"target":"worker","at":1,"failure":{"phase":"GetScale","error":"HTTP 500"}}';
      const log = await file("halves.ndjson", [first, '{"target":"wor', note, failure, second, '{"ta'].join("\n"));
      const { code, stdout } = await autoscaler("replay", "--config", config, "--log", log);
      assert.equal(stdout, "2 decisions replayed, 0 differ from the log\n");
      assert.equal(code, 0);
    });

    it("refuses a log that is damaged elsewhere, with the line", async () => {
      const log = await file("damaged.ndjson", '{"target":"wor\n{"also":"no entry"}\n');
      const { code, stderr } = await autoscaler("replay", "--config", config, "--log", log);
      assert.match(stderr, /damaged\.ndjson line 1: is no entry of a decision log/);
      assert.equal(code, 1);
    });

    it("says 1 when a decision comes out otherwise", async () => {
      const log = await logOf(line(0, 1150, { currentReplicas: 4 }));
      const { code } = await autoscaler("replay", "--config", await tighter(), "--log", log);
      assert.equal(code, 1);
    });

    async function tighter(): Promise<string> {
      return file("tighter.yaml", (await readFile(config, "utf8")).replace("target: 200", "target: 100"));
    }
  });
});
