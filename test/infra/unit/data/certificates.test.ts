import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority } from "../../../../infra/data/certificates/certificateAuthority.ts";
import { ServerCertificate } from "../../../../infra/data/certificates/serverCertificate.ts";
import { Credential } from "../../../../infra/data/credential.ts";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { generatedSecret } from "../../../../infra/render/outputs.ts";
import { find, inClear } from "./support/resources.ts";

describe("the in-cluster authority", function () {
  this.timeout(60_000);
  let resources: readonly CapturedResource[];

  before(async () => {
    ({ resources } = await capture(() => {
      const authority = new CertificateAuthority("ca");
      const dnsNames = ["redis.jobsprint.svc.cluster.local", "*.redis.jobsprint.svc.cluster.local"];
      new ServerCertificate("redis-certificate", { authority, workload: "redis", dnsNames });
    }));
  });

  it("publishes its certificate and never its key", () => {
    const { data } = find(resources, "ca-configmap").props as { data: unknown };
    assert.deepEqual(data, { "ca.crt": "<ca-certificate.certPem>" });
  });

  it("signs certificates and nothing else", () => {
    const { props } = find(resources, "ca-certificate");
    assert.equal(props["isCaCertificate"], true);
    assert.deepEqual(props["allowedUses"], ["cert_signing", "crl_signing"]);
  });

  it("renews a certificate before it ends", () => {
    for (const name of ["ca-certificate", "redis-certificate-certificate"]) {
      const { validityPeriodHours, earlyRenewalHours } = find(resources, name).props as Record<string, number>;
      assert.ok(earlyRenewalHours! > 0 && earlyRenewalHours! < validityPeriodHours!, name);
    }
  });

  it("lets no certificate outlive the authority", () => {
    const renewal = find(resources, "ca-certificate").props["earlyRenewalHours"] as number;
    const validity = find(resources, "redis-certificate-certificate").props["validityPeriodHours"] as number;
    assert.ok(validity <= renewal);
  });

  it("gives a server its pair as a Secret of the type for it, marked secret", () => {
    const { props, secretPaths } = find(resources, "redis-certificate-secret");
    assert.equal(props["type"], "kubernetes.io/tls");
    assert.equal((props["metadata"] as { name: string }).name, "redis-tls");
    assert.deepEqual(Object.keys(props["stringData"] as object).toSorted(), ["tls.crt", "tls.key"]);
    assert.ok(secretPaths.some((path) => "stringData.tls\\.key".startsWith(path)));
  });

  it("writes no private key anywhere in clear", () => {
    for (const key of ["ca-key", "redis-certificate-key"])
      assert.deepEqual(inClear(resources, generatedSecret(key)), []);
  });
});

describe("a credential", function () {
  this.timeout(60_000);

  it("is a Secret with user, password and url, all marked secret", async () => {
    const { resources } = await capture(
      () =>
        new Credential("redis-auth", {
          secretName: "redis-auth",
          username: "default",
          url: (password) => pulumi.interpolate`rediss://:${password}@redis:6379`,
        }),
    );
    const { props, secretPaths } = find(resources, "redis-auth-secret");
    const password = generatedSecret("redis-auth-password");
    assert.deepEqual(props["stringData"], { username: "default", password, url: `rediss://:${password}@redis:6379` });
    assert.ok(secretPaths.includes("stringData"));
  });

  it("has no url unless one is asked for", async () => {
    const { resources } = await capture(() => new Credential("n8n", { secretName: "postgres-n8n", username: "n8n" }));
    const data = find(resources, "n8n-secret").props["stringData"] as object;
    assert.deepEqual(Object.keys(data).toSorted(), ["password", "username"]);
  });

  it("needs no escaping in an URL or a file", async () => {
    const { resources } = await capture(() => new Credential("n8n", { secretName: "postgres-n8n", username: "n8n" }));
    assert.equal(find(resources, "n8n-password").props["special"], false);
  });
});
