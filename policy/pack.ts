import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

// The constructor starts a server, so that this file alone may call it: tests import the list.
new PolicyPack("jobsprint", { policies });
