import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, databaseSettings, type DatabaseOptions } from "../../../../runtime/src/database/index.ts";
import { Environment } from "../../../../runtime/src/environment/index.ts";

const server = { host: "127.0.0.1", port: 1, database: "d", user: "u", password: "secret-word" };

describe("the options of a database", () => {
  it("are refused with all that is wrong, and without the password", () => {
    const options = {
      primary: { ...server, port: 0, host: "" },
      replicas: [{ ...server, pool: { min: 9, max: 3 } }],
      maxLagSeconds: 0,
      retrySeconds: -1,
      connectTimeoutSeconds: NaN,
    };
    assert.throws(
      () => createDatabase(options),
      (error: Error) => {
        assert.deepEqual(error.message.split("\n  "), [
          "bad database options:",
          "maxLagSeconds must be a number above 0 up to 2000000, not 0",
          "connectTimeoutSeconds must be a number above 0 up to 2000000, not NaN",
          "retrySeconds must be a number from 0 up to 2000000, not -1",
          "primary.host is required",
          "primary.port must be a whole number from 1 to 65535, not 0",
          "replicas[0].pool.min must be a whole number from 0 to 3, not 9",
        ]);
        assert.ok(!error.message.includes("secret-word"));
        return true;
      },
    );
  });

  it("give the strategy's pools where nothing else is said, and no figure for what is not known", async () => {
    const database = createDatabase({ primary: server, replicas: [server], retrySeconds: 0 });
    assert.deepEqual(
      database.status().map(({ name, inRotation, lagSeconds, connections }) => ({
        name,
        inRotation,
        lagSeconds,
        max: connections.max,
      })),
      [
        { name: "primary", inRotation: false, lagSeconds: null, max: 20 },
        { name: "replica-1", inRotation: false, lagSeconds: null, max: 30 },
      ],
    );
    await assert.rejects(database.query("select 1"), {
      name: "NoConnectionError",
      message: /no connection to primary: connect ECONNREFUSED/,
    });
    await database.close();
    await assert.rejects(database.query("select 1"), { name: "DatabaseClosedError" });
  });
});

describe("the settings of a database", () => {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const variables = () => ({
    DATABASE_HOST: "pgbouncer",
    DATABASE_PORT: "6432",
    DATABASE_READ_WRITE: "rw",
    DATABASE_READ_ONLY: "ro",
    DATABASE_USERNAME_FILE: file("username", "jobsprint\n"),
    DATABASE_PASSWORD_FILE: file("password", "first\n"),
  });
  const read = (given: Record<string, string>): Pick<DatabaseOptions, "primary" | "replicas"> => {
    const environment = new Environment(given);
    const settings = databaseSettings(environment);
    environment.check();
    return settings;
  };

  it("lead to the pooler, of which the read-only database hides its servers", async () => {
    const { primary, replicas } = read(variables());
    const { password, ...rest } = primary;
    assert.deepEqual(rest, { host: "pgbouncer", port: 6432, database: "rw", user: "jobsprint", ssl: true });
    assert.deepEqual(
      replicas?.map(({ database, pooled }) => ({ database, pooled })),
      [{ database: "ro", pooled: true }],
    );
    assert.ok(typeof password === "function");
    assert.equal(await password(), "first");
    // Changed under way: the next connection takes the new one.
    file("password", "second\n");
    assert.equal(await password(), "second");
  });

  it("know no replica where none is named, and take an authority of one's own", () => {
    const { primary, replicas } = read({
      ...variables(),
      DATABASE_READ_ONLY: "",
      DATABASE_CA_FILE: file("ca", "PEM\n"),
    });
    assert.deepEqual([primary.ssl, replicas], [{ ca: "PEM" }, []]);
  });

  it("let TLS be off at loopback alone", () => {
    assert.equal(read({ ...variables(), DATABASE_HOST: "127.0.0.1", DATABASE_TLS: "off" }).primary.ssl, false);
    assert.throws(
      () => read({ ...variables(), DATABASE_TLS: "off" }),
      /DATABASE_TLS may be off for loopback alone, not for "pgbouncer"/,
    );
  });

  it("tell all that is missing at once", () => {
    assert.throws(
      () => read({ DATABASE_PORT: "0" }),
      (error: Error) => {
        assert.deepEqual(error.message.split("\n  ").toSorted(), [
          "DATABASE_HOST is required",
          "DATABASE_PASSWORD_FILE is required",
          'DATABASE_PORT must be a whole number from 1 to 65535, not "0"',
          "DATABASE_READ_WRITE is required",
          "DATABASE_USERNAME_FILE is required",
          "bad environment:",
        ]);
        return true;
      },
    );
  });
});
