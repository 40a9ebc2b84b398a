import workerpool from "workerpool";
import { runTask } from "./task.ts";

workerpool.worker({ runTask });
