import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAnswer } from "../../../../autoscaler/src/adapters/prometheus/answer.ts";
import { PrometheusSource } from "../../../../autoscaler/src/adapters/prometheus/prometheusSource.ts";

const one = { metric: {}, value: [100.5, "7"] };
const vector = (...result: unknown[]) => ({ status: "success", data: { resultType: "vector", result } });

describe("Prometheus' answer to an instant query", () => {
  it("is a value with the query's time and its warnings", () => {
    const { sample, warnings } = parseAnswer({ ...vector(one), warnings: ["a store did not answer"] });
    assert.deepEqual(sample, { value: 7, time: 100.5 });
    assert.deepEqual(warnings, ["a store did not answer"]);
  });

  const failures: { name: string; json: unknown; error: RegExp }[] = [
    {
      name: "a native histogram",
      json: vector({ metric: {}, histogram: [100, {}] }),
      error: /a histogram, not one number/,
    },
    {
      name: "a string",
      json: { status: "success", data: { resultType: "string", result: [1, "x"] } },
      error: /a string/,
    },
    {
      name: "a failed query",
      json: { status: "error", errorType: "timeout", error: "too long" },
      error: /^timeout: too long$/,
    },
    { name: "an empty value", json: vector({ metric: {}, value: [100, ""] }), error: /the value is / },
    { name: "something else", json: {}, error: /not an answer of Prometheus/ },
  ];
  for (const { name, json, error } of failures) {
    it(`fails: ${name}`, () => {
      assert.throws(() => parseAnswer(json), { message: error });
    });
  }
});

describe("prometheus source, against a server of recorded answers", () => {
  const cases: { name: string; type: string; body: string; expected: RegExp }[] = [
    {
      name: "warnings make it partial",
      type: "application/json",
      body: JSON.stringify({ ...vector(one), warnings: ["a store did not answer"] }),
      expected: /"value":7,"observedAt":100.5,"partial":"a store did not answer"/,
    },
    { name: "a login page", type: "text/html", body: "<html>", expected: /HTTP 200, not an answer of Prometheus/ },
  ];
  for (const { name, type, body, expected } of cases) {
    it(name, async () => {
      let asked = "";
      const server = createServer((request, response) => {
        request.on("data", (part: Buffer) => (asked += part.toString()));
        request.on("end", () => response.writeHead(200, { "content-type": type }).end(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      try {
        const url = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/prefix`;
        const source = new PrometheusSource({ url, query: "up", maxAgeSeconds: 30 });
        const reading = JSON.stringify(await source.read(AbortSignal.timeout(5000)));
        assert.match(reading, expected);
        assert.doesNotMatch(reading, /secret/);
        assert.equal(new URLSearchParams(asked).get("lookback_delta"), "30000ms");
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });
  }
});
