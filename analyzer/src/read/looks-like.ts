/**
 * Names the service whose log this is, when it is not Lambda's.
 *
 * Over half of the console downloads that people share are logs of CodeBuild, containers or training jobs. An
 * empty report would leave the reader guessing; "looks like CodeBuild" tells at once that it was the wrong log group.
 */

/**
 * @param sampleMessages  some messages of the input, a few hundred are plenty
 * @returns a name to put behind "looks like", or undefined when nothing is recognised in at least one message in ten
 */
export function looksLike(sampleMessages: readonly string[]): string | undefined {
  let best: string | undefined;
  let most = 0;
  let filled = 0;
  const counts = new Map<string, number>();
  for (const message of sampleMessages) {
    // Each form shows in the first characters; a longer text only costs time.
    const text = message.slice(0, 400).trim();
    if (text === '') continue;
    filled++;
    const sign = SIGNS.find(({ form }) => form.test(text));
    if (sign === undefined) continue;
    const count = (counts.get(sign.service) ?? 0) + 1;
    counts.set(sign.service, count);
    if (count > most) {
      most = count;
      best = sign.service;
    }
  }
  return most * 10 >= filled ? best : undefined;
}

/** The narrowest first: the first form that fits a message names it. */
const SIGNS: readonly { readonly service: string; readonly form: RegExp }[] = [
  { service: 'CodeBuild', form: /^\[Container\] \d{4}\/\d\d\/\d\d / },
  { service: 'VPC flow logs', form: /^\d+ (\d{12}|unknown) eni-[0-9a-f]+ |^version account-id interface-id / },
  {
    service: 'API Gateway execution logs',
    form: /^\([0-9a-f-]{36}\) (Extended Request Id|Method|Endpoint|Verifying|Starting execution|Successfully|API Key|HTTP Method)/,
  },
  { service: 'API Gateway access logs', form: /^\{.{0,200}"(httpMethod|routeKey|resourcePath)"\s*:/ },
  { service: 'CloudTrail', form: /^\{"eventVersion":"\d/ },
  { service: 'WAF', form: /^\{"timestamp":\d+,"formatVersion":\d+,"webaclId"/ },
  {
    service: 'Route 53 query logs',
    form: /^\{"version":"[\d.]+","account_id":"\d{12}".{0,200}"query_name"|^1\.0 \d{4}-\d\d-\d\dT\S+ Z[A-Z0-9]+ /,
  },
  { service: 'Step Functions', form: /^\{"id":"\d+","type":"[A-Z][A-Za-z]+","details"/ },
  { service: 'nginx or Apache access logs', form: /^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/ },
  { service: 'nginx error logs', form: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: / },
  { service: 'Apache error logs', form: /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d(\.\d+)? \d{4}\] \[/ },
  { service: 'a load balancer’s access logs', form: /^(https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+Z app\// },
  { service: 'SageMaker', form: /sagemaker|\/opt\/ml\/|"GET \/ping HTTP/i },
  {
    service: 'Glue or EMR (Spark)',
    form: /^\d\d(\d\d-)?[/-]?\d\d[/-]\d\d \d\d:\d\d:\d\d(,\d+)? (INFO|WARN|ERROR) [A-Z]\w+(\$|:| )|\bSparkContext\b/,
  },
  { service: 'PostgreSQL', form: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+:\S*:\S*:\[\d+\]:[A-Z]+:/ },
  { service: 'Kubernetes (EKS)', form: /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+:\d+\]/ },
  { service: 'the ECS agent', form: /^level=\w+ time=\d{4}-|amazon-ecs-agent/ },
  {
    service: 'a container (ECS or similar)',
    form: /^> \S+@\d+\.\d+\.\d+ \w+|\b(listening|running|started) (on|at) (port|https?:\/\/|:|0\.0\.0\.0)|docker-entrypoint|:: Spring Boot ::|Uvicorn running on|\[INFO\] Booting worker with pid/i,
  },
];
