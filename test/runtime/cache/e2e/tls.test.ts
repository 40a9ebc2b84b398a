import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "redis";
import { runCommand } from "../../../../local/command.ts";
import { createAuthority, issueCertificate } from "../../../../local/kubernetes/certificates.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { freePort, temporaryFolder } from "../../../../local/process.ts";
import { startRedis, type RedisServer } from "../../../../local/servers/redis.ts";

const password = "letters&4nd/Digits%";

describe("the example of the cache on a Redis with TLS and a password", function () {
  this.timeout(180_000);
  let redis: RedisServer | undefined;
  let port = 0;
  let authority: string;
  const folder = temporaryFolder("cache-tls");

  before(async () => {
    mkdirSync(folder, { recursive: true });
    const issuer = await createAuthority(folder, "authority");
    authority = issuer.certFile;
    const names = { name: "redis", commonName: "redis", subjectAltNames: ["DNS:localhost"] };
    const server = await issueCertificate(folder, issuer, names);
    redis = await startRedis();
    const { node, url } = redis;
    for (const [from, to] of [
      [authority, "ca.crt"],
      [server.certFile, "tls.crt"],
      [server.keyFile, "tls.key"],
    ] as const) {
      copyFileSync(from, join(node.folder, to));
      // The server runs as a user of its own.
      chmodSync(join(node.folder, to), 0o644);
    }
    port = await freePort();
    const client = createClient({ url });
    await client.connect();
    const files = ["tls-cert-file", "/srv/tls.crt", "tls-key-file", "/srv/tls.key", "tls-ca-cert-file", "/srv/ca.crt"];
    await client.sendCommand(["CONFIG", "SET", ...files, "tls-auth-clients", "no", "tls-port", `${port}`]);
    await client.sendCommand(["CONFIG", "SET", "requirepass", password]);
    client.destroy();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await redis?.stop();
  });

  const run = (environment: Readonly<Record<string, string>>, secret: string): Promise<string> => {
    const file = join(folder, "url");
    writeFileSync(file, `rediss://:${encodeURIComponent(secret)}@localhost:${port}`, { mode: 0o600 });
    return runCommand(process.execPath, [join(repositoryRoot, "runtime/examples/cache.ts")], {
      timeoutSeconds: 120,
      env: { REDIS_URL_FILE: file, ...environment },
    });
  };
  const stored = async (): Promise<number> => {
    const client = createClient({ url: redis!.url, password });
    await client.connect();
    try {
      const keys = await client.keys("cache:1:t:*");
      await client.flushAll();
      return keys.length;
    } finally {
      client.destroy();
    }
  };

  it("uses it, by Node's own trust", async () => {
    assert.match(await run({ NODE_EXTRA_CA_CERTS: authority }, password), /weekly report/);
    assert.equal(await stored(), 1);
  });

  for (const [what, environment, secret] of [
    ["it does not trust the certificate", () => ({}), password],
    ["the password is wrong", () => ({ NODE_EXTRA_CA_CERTS: authority }), "wrong"],
  ] as const)
    it(`goes on without it when ${what}`, async () => {
      assert.match(await run(environment(), secret), /weekly report/);
      assert.equal(await stored(), 0);
    });
});
