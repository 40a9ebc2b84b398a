import assert from "node:assert/strict";
import { brokerAddress } from "../../../../runtime/src/queue/address.ts";
import { checkConsumeOptions, checkQueueOptions } from "../../../../runtime/src/queue/checkOptions.ts";
import { checkPublish } from "../../../../runtime/src/queue/publishOptions.ts";

describe("an address of a broker", () => {
  const good = [
    { url: "amqp://broker", hostname: "broker", port: 5672 },
    { url: "amqps://broker", protocol: "amqps", hostname: "broker", port: 5671 },
    { url: "amqp://127.0.0.1:5673/", hostname: "127.0.0.1", port: 5673 },
    { url: "amqp://[::1]:5673", hostname: "::1", port: 5673 },
    { url: "amqp://broker/a%2Fb", hostname: "broker", port: 5672, vhost: "a%2Fb" },
  ];
  for (const { url, protocol = "amqp", hostname, port, vhost = "/" } of good)
    it(`is taken from ${url}`, () => {
      assert.deepEqual(brokerAddress(url, 20), { protocol, hostname, port, vhost, heartbeat: 20 });
    });

  const bad = [
    { name: "another protocol", url: "http://u:p@broker", error: "must be of the form amqp://host:port" },
    { name: "no URL", url: "broker:5672", error: "must be of the form" },
    { name: "no host", url: "amqp:///vhost", error: "must be of the form" },
    { name: "credentials", url: "amqp://u:p@broker", error: "must not contain credentials" },
    { name: "a username", url: "amqp://u@broker", error: "must not contain credentials" },
    { name: "a query", url: "amqp://broker?heartbeat=1", error: "must have no query" },
  ];
  for (const { name, url, error } of bad)
    it(`is not taken from ${name}, and not shown`, () => {
      assert.throws(
        () => brokerAddress(url, 20),
        ({ message }: Error) => message.startsWith(error) && !message.includes(url),
      );
    });
});

describe("options", () => {
  it("tell of all that is wrong with a queue at once, without the password", () => {
    const options = { urls: ["amqp://u:secret@b", "x"], username: "", password: "secret", name: "n", maxWaiting: 0 };
    assert.throws(
      () => checkQueueOptions(options),
      ({ message }: Error) => {
        assert.equal(
          message,
          [
            "bad queue options:",
            "username must not be empty",
            "maxWaiting must be a whole number from 1 to 1073741824, not 0",
            "urls[0] must not contain credentials",
            "urls[1] must be of the form amqp://host:port or amqps://host:port",
          ].join("\n  "),
        );
        return true;
      },
    );
  });

  const consume = [
    { name: "prefetch 0", options: { prefetch: 0 }, error: /prefetch must be a whole number from 1 to 65535, not 0/ },
    { name: "half a message", options: { prefetch: 1.5 }, error: /not 1.5/ },
    {
      name: "a pause beyond the broker's patience",
      options: { prefetch: 1, retry: { firstSeconds: 1, longestSeconds: 1800 } },
      error: /longestSeconds <= 600, not 1 and 1800/,
    },
    {
      name: "a first pause above the longest",
      options: { prefetch: 1, retry: { firstSeconds: 3, longestSeconds: 2 } },
      error: /not 3 and 2/,
    },
  ];
  for (const { name, options, error } of consume)
    it(`of a consumer refuse ${name}`, () => {
      assert.throws(() => {
        checkConsumeOptions(options);
      }, error);
    });

  it("of a publish tell of all that is wrong at once", () => {
    assert.throws(
      () => {
        checkPublish("", { priority: 256, messageId: "x".repeat(256), timeoutSeconds: 0 });
      },
      {
        name: "RangeError",
        message:
          "bad publish: queue must have 1 to 255 bytes, not 0; messageId must have 1 to 255 bytes, not 256; " +
          "priority must be a whole number from 0 to 255, not 256; timeoutSeconds must be above 0 and at most 86400, not 0",
      },
    );
  });
});
