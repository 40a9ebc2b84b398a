import { createDatabase, databaseSettings } from "@jobsprint/runtime/database";
import { Environment } from "@jobsprint/runtime/environment";

const environment = new Environment(process.env);
const settings = databaseSettings(environment);
environment.check();
const database = createDatabase(settings);

// One scope for each request: its reads see what it has written.
await database.scope(async () => {
  await database.write("create table if not exists greetings (id int generated always as identity, text text)");

  // Both or neither. After a lost connection or a deadlock the work runs again.
  await database.transaction(async (transaction) => {
    await transaction.query("insert into greetings (text) values ($1)", ["hello"]);
    await transaction.query("insert into greetings (text) values ($1)", ["good morning"]);
  });

  // Goes to a replica if one is known to have replayed the transaction, else to the primary.
  const { rows } = await database.query<{ text: string }>("select text from greetings order by id desc limit 2");
  console.log(rows.map(({ text }) => text).join(", "));
  await database.write("drop table greetings");
});

await database.close();
