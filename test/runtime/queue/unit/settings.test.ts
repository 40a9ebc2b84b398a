import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";
import { Environment } from "../../../../runtime/src/environment/index.ts";
import { queueSettings } from "../../../../runtime/src/queue/index.ts";

describe("settings of the queue", () => {
  let folder: string;
  let files: { AMQP_USERNAME_FILE: string; AMQP_PASSWORD_FILE: string };
  before(() => {
    folder = temporaryFolder("queue-settings");
    files = { AMQP_USERNAME_FILE: join(folder, "username"), AMQP_PASSWORD_FILE: join(folder, "password") };
    writeFileSync(files.AMQP_USERNAME_FILE, "services\n");
    writeFileSync(files.AMQP_PASSWORD_FILE, "secret");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (variables: Record<string, string>): ReturnType<typeof queueSettings> => {
    const environment = new Environment(variables);
    const settings = queueSettings(environment);
    environment.check();
    return settings;
  };

  it("name one broker or several", () => {
    assert.deepEqual(read({ ...files, AMQP_URL: "amqps://rabbitmq:5671", POD_NAME: "worker-1" }), {
      urls: ["amqps://rabbitmq:5671"],
      ...{ username: "services", password: "secret", name: "worker-1" },
    });
    const { urls, name } = read({ ...files, AMQP_URL: "amqp://a, amqp://b:5673" });
    assert.deepEqual(urls, ["amqp://a", "amqp://b:5673"]);
    assert.equal(name, "service");
  });

  it("tell of all that is wrong at once, and of no password", () => {
    assert.throws(
      () => read({ AMQP_URL: "amqp://a,amqp://u:secret@b", AMQP_USERNAME_FILE: "/missing" }),
      ({ message }: Error) => {
        assert.match(message, /AMQP_URL: entry 2 must not contain credentials/);
        assert.match(message, /AMQP_USERNAME_FILE names the file \/missing, which cannot be read: ENOENT/);
        assert.match(message, /AMQP_PASSWORD_FILE is required/);
        assert.ok(!message.includes("secret"));
        return true;
      },
    );
  });
});
