import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { certificateIssuedBy } from "../../../../autoscaler/src/adapters/kubernetes/metricsApi/clientCertificate.ts";
import { createAuthority, issueCertificate } from "../../../../local/kubernetes/certificates.ts";
import { temporaryFolder } from "../../../../local/process.ts";

describe("a client's certificate", function () {
  this.timeout(30_000);
  let authority: X509Certificate;
  let other: X509Certificate;
  let client: X509Certificate;

  before(async () => {
    const folder = temporaryFolder("client-certificate");
    const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file));
    const issuer = await createAuthority(folder, "ca");
    authority = read(issuer.certFile);
    // The same name with another key.
    other = read((await createAuthority(temporaryFolder("client-certificate"), "ca")).certFile);
    client = read((await issueCertificate(folder, issuer, { name: "jane", commonName: "jane" })).certFile);
  });

  const seconds = (date: Date): number => date.getTime() / 1000;
  const cases = [
    { name: "counts while its authority is trusted", found: true },
    { name: "counts no longer when its authority was taken away", authorities: () => [], found: false },
    { name: "does not count for an authority of the same name", authorities: () => [other], found: false },
    { name: "does not count where TLS has refused it", authorized: false, found: false },
    { name: "does not count once it has expired", now: () => seconds(client.validToDate) + 1, found: false },
    { name: "does not count before it begins", now: () => seconds(client.validFromDate) - 1, found: false },
    { name: "is no authority of its own", authorities: () => [client], found: false },
  ];
  for (const {
    name,
    authorities = () => [authority],
    now = () => Date.now() / 1000,
    authorized = true,
    found,
  } of cases)
    it(name, () => {
      const socket = { authorized, getPeerX509Certificate: () => client };
      assert.equal(certificateIssuedBy(socket, authorities(), now()) !== undefined, found);
    });
});
