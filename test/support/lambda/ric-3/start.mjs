/** What the managed runtime runs as its `index.mjs`: runtime client 3 comes as a library, the handler from the environment. */
import { run } from 'aws-lambda-ric';

await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
