import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Environment } from "../../../../runtime/src/environment/index.ts";
import { cacheSettings, createCache, type CacheOptions } from "../../../../runtime/src/cache/index.ts";
import { checkCall } from "../../../../runtime/src/cache/options.ts";

const problemsOf = async (options: CacheOptions): Promise<string> => {
  try {
    await (await createCache(options)).close();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the options of the cache", () => {
  it("are refused all at once, with key, bound and value", async () => {
    const message = await problemsOf({
      ...{ redisUrls: ["redis://127.0.0.1:9", "http://host", "rediss://host"], prefix: "a{b}", jitter: 0.9 },
      ...{ memory: { maxBytes: 1, maxEntries: 0, ttlSeconds: 61 }, ttlSeconds: 0, loadTimeoutSeconds: NaN },
    });
    for (const part of [
      "redisUrls[1] must be redis://… or rediss://…",
      "redisUrls must all be redis: or all be rediss:",
      'prefix must be 1 to 64 letters, digits or _ . : -, not "a{b}"',
      "jitter must be a number from 0 to 0.5, not 0.9",
      "memory.maxBytes must be a number from 1024",
      "memory.maxEntries must be a number from 1 ",
      "memory.ttlSeconds must be a number from 0.001 to 60, not 61",
      "ttlSeconds must be a number from 0.001 to 2592000, not 0",
      "loadTimeoutSeconds must be a number from 0.001 to 3600",
    ])
      assert.ok(message.includes(part), `${part}\nis missing in\n${message}`);
  });

  it("need an address, and no error shows the password of one", async () => {
    assert.match(await problemsOf({ redisUrls: [] }), /redisUrls must name at least one member/);
    for (const url of ["http://:hunter2@host", "redis://:hunter2%@host", ":hunter2@host"]) {
      const message = await problemsOf({ redisUrls: [url] });
      assert.match(message, /redisUrls\[0\] must be/);
      assert.doesNotMatch(message, /hunter2/);
    }
  });

  it("of a call are refused all at once", () => {
    assert.throws(
      () => {
        checkCall("", { ttlSeconds: -1, graceSeconds: -1, tags: ["", "x".repeat(2000)] });
      },
      (error: Error) => {
        for (const part of ["a key must be", "one of 2000", "ttlSeconds must be", "graceSeconds must be"])
          assert.ok(error.message.includes(part), error.message);
        return true;
      },
    );
  });
});

describe("the cache's settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "cache-settings-"));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are the url in the file, and a CDN where there is one", () => {
    const url = file("url", "rediss://:secret@redis.data:6379\n");
    const plain = cacheSettings(new Environment({ REDIS_URL_FILE: url }));
    assert.deepEqual(plain, { redisUrls: ["rediss://:secret@redis.data:6379"] });
    assert.ok(cacheSettings(new Environment({ REDIS_URL_FILE: url, CDN_DISTRIBUTION_ID: "E2EXAMPLE" })).cdn);
  });

  it("are refused all at once, without the content of the file", () => {
    const environment = new Environment({ REDIS_URL_FILE: file("bad", "hunter2"), CDN_DISTRIBUTION_ID: "no id" });
    cacheSettings(environment);
    assert.throws(
      () => {
        environment.check();
      },
      (error: Error) => {
        assert.match(error.message, /REDIS_URL_FILE must name a file with/);
        assert.match(error.message, /CDN_DISTRIBUTION_ID must be .*"no id"/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });
});
