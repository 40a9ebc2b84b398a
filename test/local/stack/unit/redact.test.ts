import assert from "node:assert/strict";
import { redactor } from "../../../../local/stack/diagnosis/redact.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";

const secret = (data: Record<string, string>): StackObject => {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "one" } };
  return { ...object, data: Object.fromEntries(encoded) as Record<string, string> } as StackObject;
};

describe("blanking secrets in messages", () => {
  const password = "correct-horse-battery";
  const cases: { what: string; data: Record<string, string>; text: string; expected: string }[] = [
    {
      what: "a password",
      data: { password },
      text: `login with ${password} failed`,
      expected: "login with *** failed",
    },
    {
      what: "a password inside of a URL",
      data: { password, url: `redis://:${password}@redis` },
      text: `no route to redis://:${password}@redis:6379`,
      expected: "no route to ***:6379",
    },
    {
      what: "a line of a key",
      data: { "tls.key": "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n" },
      text: "cannot read MIIEvQIBADANBgkq",
      expected: "cannot read ***",
    },
    {
      what: "a password in JSON, and not the names beside it",
      data: { "credential.json": JSON.stringify({ username: "postgres-admin", password }) },
      text: `postgres-admin ${password}`,
      expected: "postgres-admin ***",
    },
    {
      what: "a password as a manifest, a token and a URL carry it",
      data: { password: `${password}?/>` },
      text: "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5Py8+ Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5Py8- p=correct-horse-battery%3F%2F%3E",
      expected: "*** *** p=***",
    },
    {
      what: "no user name, which messages need",
      data: { username: "autoscaler" },
      text: "user 'autoscaler' refused",
      expected: "user 'autoscaler' refused",
    },
  ];
  for (const { what, data, text, expected } of cases) {
    it(what, () => {
      assert.equal(redactor([secret(data)])(text), expected);
    });
  }
});
