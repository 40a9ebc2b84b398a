import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { memberNames, serverNames } from "../../../../infra/data/serverNames.ts";
import type { Manifest } from "../../../../infra/render/manifests.ts";
import { renderWithSecrets } from "../../../../infra/render/secrets/renderWithSecrets.ts";
import { temporaryFolder } from "../../../../local/process.ts";

type Texts = Readonly<Record<string, string>>;

/** Servers whose certificate is in a Secret `<name>-tls`, with a name that a client uses. */
const servers = [
  { name: "pgbouncer", host: serverNames("pgbouncer")[0] },
  { name: "postgres", host: memberNames("postgres")[0]?.replace("*", "postgres-1") },
  { name: "redis", host: memberNames("redis")[0]?.replace("*", "redis-5") },
  { name: "rabbitmq", host: memberNames("rabbitmq-nodes")[0]?.replace("*", "rabbitmq-2") },
  // The name by which the API server asks for metrics.
  { name: "autoscaler", host: "autoscaler.jobsprint.svc" },
];

describe("the local stack rendered with real secrets", function () {
  this.timeout(120_000);
  let folder: string;
  let file: string;
  let manifests: Manifest[];

  const dataOf = (kind: "ConfigMap" | "Secret", name: string, among = manifests): Texts => {
    const found = among.find((one) => one.kind === kind && one.metadata.name === name);
    const { data, stringData } = (found ?? {}) as { data?: Texts; stringData?: Texts };
    return { ...data, ...stringData };
  };
  const authority = (): string => dataOf("ConfigMap", "jobsprint-ca")["ca.crt"] ?? "";

  before(async () => {
    folder = temporaryFolder("render-secrets");
    file = join(folder, "secrets.json");
    manifests = await renderWithSecrets("local", file);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has nothing in it that stands in for something else", () => {
    const text = JSON.stringify(manifests);
    assert.doesNotMatch(text, /\[secret\]|<[\w-]+\.\w+>|generated-secret-of|<unknown>/);
    assert.ok(!text.includes(Buffer.from("[secret]").toString("base64")));
  });

  it("has its namespace first and what needs running pods last, for whoever applies one after the other", () => {
    assert.equal(manifests[0]?.kind, "Namespace");
    assert.deepEqual(
      manifests.slice(-2).map(({ kind }) => kind),
      ["APIService", "HorizontalPodAutoscaler"],
    );
  });

  for (const { name, host = "" } of servers) {
    it(`lets ${name} prove by TLS that it is ${host}, to who trusts the authority`, async () => {
      const { "tls.crt": cert = "", "tls.key": key = "" } = dataOf("Secret", `${name}-tls`);
      assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
      const server = createServer({ cert, key }).listen(0, "127.0.0.1");
      server.on("tlsClientError", () => undefined);
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const options = { host: "127.0.0.1", port, ca: authority() };
      try {
        const client = connect({ ...options, servername: host });
        await once(client, "secureConnect");
        assert.ok(client.authorized);
        client.destroy();
        const wrong = connect({ ...options, servername: "other.jobsprint.svc.cluster.local" });
        await assert.rejects(once(wrong, "secureConnect"), /does not match certificate's altnames/);
      } finally {
        server.close();
      }
    });
  }

  it("tells the API server the authority of the metrics' server", () => {
    const service = manifests.find(({ kind }) => kind === "APIService") as { spec?: { caBundle?: string } } | undefined;
    const bundle = Buffer.from(service?.spec?.caBundle ?? "", "base64").toString();
    assert.ok(
      new X509Certificate(dataOf("Secret", "autoscaler-tls")["tls.crt"] ?? "").verify(
        new X509Certificate(bundle).publicKey,
      ),
    );
    assert.equal(bundle, authority());
  });

  it("has an authority that may sign, and certificates that may not", () => {
    assert.ok(new X509Certificate(authority()).ca);
    const own = new X509Certificate(dataOf("Secret", "redis-tls")["tls.crt"] ?? "");
    assert.equal(own.ca, false);
    const days = (own.validToDate.getTime() - Date.now()) / 86_400_000;
    assert.ok(days > 364 && days <= 365, String(days));
  });

  it("gives every user a password of its own, long and of letters and digits", () => {
    const names = manifests.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name);
    const passwords = names.flatMap((name) => dataOf("Secret", name)["password"] ?? []);
    assert.ok(passwords.length >= 8);
    for (const password of passwords) assert.match(password, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{32}$/);
    assert.equal(new Set(passwords).size, passwords.length);
  });

  it("says the same password wherever one is needed in another form", () => {
    const application = dataOf("Secret", "postgres-jobsprint")["password"] ?? "";
    assert.match(dataOf("Secret", "pgbouncer-users")["userlist.txt"] ?? "", new RegExp(`"jobsprint" "${application}"`));
    const { users } = JSON.parse(dataOf("Secret", "rabbitmq-definitions")["definitions.json"] ?? "") as {
      users: { name: string; password_hash: string }[];
    };
    assert.equal(users.length, 3);
    for (const { name, password_hash: hash } of users) {
      const bytes = Buffer.from(hash, "base64");
      const password = dataOf("Secret", `rabbitmq-${name}`)["password"] ?? "";
      const digest = createHash("sha256").update(bytes.subarray(0, 4)).update(password).digest();
      assert.deepEqual(bytes.subarray(4), digest, name);
    }
  });

  it("is the same the next time, by a file that its owner alone may read", async () => {
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await renderWithSecrets("local", file), manifests);
  });

  it("renews a certificate that is about to end, its key and all else staying", async () => {
    const before = readFileSync(file, "utf8");
    const document = JSON.parse(before) as { resources: Record<string, { renewAt?: string }> };
    const key = "tls:index/locallySignedCert:LocallySignedCert::redis-certificate-certificate";
    assert.ok(document.resources[key]);
    Object.assign(document.resources[key], { renewAt: new Date(0).toISOString() });
    writeFileSync(file, JSON.stringify(document));
    try {
      const renewed = await renderWithSecrets("local", file);
      const [old, next] = [manifests, renewed].map((all) => dataOf("Secret", "redis-tls", all));
      assert.notEqual(next?.["tls.crt"], old?.["tls.crt"]);
      assert.equal(next?.["tls.key"], old?.["tls.key"]);
      assert.deepEqual(dataOf("Secret", "postgres-tls", renewed), dataOf("Secret", "postgres-tls"));
      // The pods that hold the old one are replaced.
      const template = (all: Manifest[]): string =>
        JSON.stringify(all.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "redis"));
      assert.notEqual(template(renewed), template(manifests));
    } finally {
      writeFileSync(file, before);
    }
  });

  const refused = [
    { name: "that others may read", text: "{}", mode: 0o640, says: /mode 640: others may read secrets/ },
    {
      name: "that is something else",
      text: '{"version":1,"password":"hunter2"}',
      mode: 0o600,
      says: /is no file that/,
    },
    { name: "that is no JSON", text: "hunter2", mode: 0o600, says: /is no file that/ },
  ];
  for (const { name, text, mode, says } of refused) {
    it(`refuses a file ${name}, and leaves it alone`, async () => {
      const other = join(folder, `${mode}-${text.length}.json`);
      writeFileSync(other, text);
      chmodSync(other, mode);
      await assert.rejects(renderWithSecrets("local", other), (error: Error) => {
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
      assert.equal(readFileSync(other, "utf8"), text);
    });
  }

  for (const stack of ["dev", "prod"]) {
    it(`is refused for ${stack}, whose secrets AWS makes`, async () => {
      await assert.rejects(renderWithSecrets(stack, join(folder, "none.json")), /for stacks without AWS/);
    });
  }
});
