import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { RabbitmqBroker } from "../../../../autoscaler/src/adapters/rabbitmq/rabbitmqBroker.ts";
import type { Reading } from "../../../../autoscaler/src/core/model.ts";

const overview = { rates_mode: "basic" };
const queue = { name: "q", vhost: "/", state: "running", messages_ready: 4, messages_unacknowledged: 1, consumers: 1 };
const source = { vhost: "/", queues: [{ name: "q", weight: 1 }], count: "all" } as const;

describe("rabbitmq broker, against servers that misbehave", () => {
  const servers: Server[] = [];
  let now = 1000;
  const clock = { now: () => now, sleep: () => Promise.resolve(), random: () => 0.5 };

  const listen = async (server: Server): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void) => listen(createServer(answer));
  const brokerAt = (management: string, amqp = "127.0.0.1:1"): RabbitmqBroker =>
    new RabbitmqBroker({
      managementUrl: `http://url:secret@${management}/rabbit`,
      amqpUrl: `amqp://url:secret@${amqp}`,
      credentials: () => Promise.resolve({ username: "user", password: "s3cret" }),
      clock,
      timeoutSeconds: 0.3,
    });
  const read = (broker: RabbitmqBroker): Promise<Reading> => broker.queue(source).read(AbortSignal.timeout(5000));

  beforeEach(() => {
    now = 1000;
  });

  afterEach(async () => {
    await Promise.all(
      servers.splice(0).map((server) => {
        if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  });

  it("polls once for all that ask at one time, and again after two seconds", async () => {
    const asked: string[] = [];
    const host = await serve((request, response) => {
      asked.push(request.url?.split("?")[0] ?? "");
      assert.equal(request.headers.authorization, `Basic ${Buffer.from("user:s3cret").toString("base64")}`);
      response.end(JSON.stringify(request.url?.includes("overview") ? overview : [queue]));
    });
    const broker = brokerAt(host);
    const readings = await Promise.all([read(broker), read(broker), read(broker)]);
    for (const reading of readings) assert.equal("value" in reading && reading.value, 5);
    assert.deepEqual(asked, ["/rabbit/api/overview", "/rabbit/api/queues"]);
    now += 1.9;
    await read(broker);
    assert.equal(asked.length, 2);
    now += 0.2;
    await read(broker);
    assert.deepEqual(asked.slice(2), ["/rabbit/api/queues"]);
  });

  const cases: { name: string; answer: (response: ServerResponse) => void; error: RegExp }[] = [
    { name: "no answer", answer: () => undefined, error: /management API .*\/rabbit: no answer in time/ },
    { name: "an error status", answer: (response) => response.writeHead(503).end("s3cret"), error: /HTTP 503/ },
    {
      name: "a redirect to elsewhere",
      answer: (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      error: /redirect/,
    },
    { name: "not JSON", answer: (response) => response.end("<html>"), error: /JSON/ },
    { name: "other JSON", answer: (response) => response.end("[1]"), error: /the answer is not an overview/ },
  ];
  for (const { name, answer, error } of cases) {
    it(`says what is wrong, without credentials: ${name}`, async () => {
      const broker = brokerAt(
        await serve((_, response) => {
          answer(response);
        }),
      );
      const reading = await read(broker);
      if (!("error" in reading)) assert.fail(`read ${reading.value}`);
      assert.match(reading.error, error);
      assert.match(reading.error, /AMQP 127\.0\.0\.1:1: .*ECONNREFUSED/);
      assert.doesNotMatch(reading.error, /secret|s3cret/);
    });
  }

  it("reads without AMQP when its server accepts and stays silent", async () => {
    const management = await serve((request, response) => {
      response.end(JSON.stringify(request.url?.includes("overview") ? overview : [queue]));
    });
    const silent = createTcpServer((socket) => {
      // Reads, so that it notices when the client gives up.
      socket.on("error", () => undefined).resume();
    });
    const reading = await read(brokerAt(management, await listen(silent)));
    assert.equal("value" in reading && reading.value, 5);
  });

  it("connects no more often than its back-off allows", async () => {
    let connects = 0;
    const refusing = createTcpServer((socket) => {
      connects += 1;
      socket.destroy();
    });
    const broker = brokerAt("127.0.0.1:1", await listen(refusing));
    await read(broker);
    await read(broker);
    assert.equal(connects, 1);
    now += 0.5;
    await read(broker);
    assert.equal(connects, 2);
    now += 0.5;
    await read(broker);
    assert.equal(connects, 2);
  });

  it("ends at the caller's signal", async () => {
    const broker = brokerAt(await serve(() => undefined));
    const reading = await broker.queue(source).read(AbortSignal.abort());
    assert.match("error" in reading ? reading.error : "", /ended early/);
  });

  it("refuses a URL that is none without repeating it", () => {
    const options = { amqpUrl: "amqp://h", credentials: () => Promise.reject(new Error("unused")), clock };
    assert.throws(() => new RabbitmqBroker({ ...options, managementUrl: "ftp://user:secret@h" }), {
      message: "managementUrl must be a URL of http: or https:",
    });
  });

  it("tells that credentials cannot be read", async () => {
    const credentials = () => Promise.reject(new Error("cannot read /etc/rabbitmq/password"));
    const broker = new RabbitmqBroker({
      managementUrl: "http://127.0.0.1:1",
      amqpUrl: "amqp://127.0.0.1:1",
      credentials,
      clock,
    });
    const reading = await read(broker);
    assert.match("error" in reading ? reading.error : "", /cannot read \/etc\/rabbitmq\/password/);
  });

  it("connects no more once it is closed, also not for reads that still wait", async () => {
    let connections = 0;
    const amqp = await listen(createTcpServer((socket) => (connections++, socket.destroy())));
    const broker = brokerAt(await serve((_, response) => response.end("{}")), amqp);
    await read(broker);
    await broker.close();
    now += 60;
    const reading = await read(broker);
    assert.match("error" in reading ? reading.error : "", /closed/);
    assert.equal(connections, 1);
  });
});
