/**
 * What a person would call the other end of a connection.
 *
 * A host name carries what must not stand in a log (account numbers, a home address of a webhook) and what would make a
 * thousand peers of one (regions, generated ids). Both are left out; what is left still tells one peer from another:
 *
 * - A host of AWS is its service: `sqs`, `dynamodb`, `s3`. Where the customer named the resource (databases, caches,
 *   load balancers), that name stands before it: `orders.rds`.
 * - An IP address keeps the half that names the network, `10.0.*:5432`, which 65,536 machines share. Two peers in one
 *   such network are told apart by their port, or by a name in the settings.
 * - This machine is `localhost`.
 * - Parts that a machine made up (UUIDs, hashes, long numbers, pod ids) are `*`.
 * - The port stands behind unless it is that of HTTP: `orders-db:5432`.
 *
 * Forms of AWS hosts: "AWS service endpoints" (AWS General Reference) and the pages on endpoints of RDS, ElastiCache,
 * Elastic Load Balancing, Lambda function URLs and VPC interface endpoints.
 */

/** Takes a host and its port, which may also stand behind the host. */
export type NameOf = (host: string, port?: string | number | undefined) => string;

/**
 * @param peerNames  `host=name`, `host:port=name` or `.suffix=name`, separated by commas; the first that fits wins
 */
export function peerNamer(peerNames: string): NameOf {
  const given = peerNames.split(/[,\s]+/).map((entry) => entry.split('='));
  const known = new Map<string, string>();

  return (host, port) => {
    const peer = port ? `${host}:${port}` : host;
    let name = known.get(peer);
    if (!name) {
      const [, bare, colonPort = ''] = PEER.exec(peer.toLowerCase())!;
      name =
        given.find(([from]) => [bare, bare + colonPort].includes(from) || (from![0] === '.' && bare!.endsWith(from!)))?.[1] ||
        shortName(bare!) + colonPort.replace(/^:(80|443)$/, '');
      // Hosts can be made up without end (one for each tenant); what is remembered of them cannot.
      if (known.size < NAMES_KEPT) known.set(peer, name);
    }
    return name;
  };
}

const NAMES_KEPT = 256;

/** It fits every string: a hook that throws costs the whole agent. */
const PEER = /^\[?(.*?)]?\.?(:\d*)?$/s;

const shortName = (host: string): string =>
  host
    .replace(/^(::ffff:)?127\..*|^::1$/, 'localhost')
    .replace(/^(\w*:\w*):.*/, '$1:*')
    // IPv4, also in the names that AWS and Kubernetes make of it: `ip-10-0-3-4`.
    .replace(/((\d+[.-]){2})\d+[.-]\d+/, '$1*')
    .replace(/(.*)\.(amazonaws\.[\w.]+|\w+\.aws)$/, (_, aws: string) => {
      const labels = aws.replace(AWS_PLACE_OR_MODE, '').split('.');
      const service = labels.pop()!.replace('ddb', 'dynamodb');
      return AWS_NAMED_BY_CUSTOMER.test(service) ? `${labels[0]}.${service}` : service;
    })
    .replace('.svc.cluster.local', '')
    .replace(GENERATED, '*')
    // The short groups of a UUID, and what Kubernetes puts behind the hash of a pod.
    .replace(/\*(-(\*|(?=\w*\d)\w{4,5}\b))+/g, '*');

/** Regions, zones and kinds of an endpoint, and the role of a node that the caches put before the customer's name. */
const AWS_PLACE_OR_MODE = /(^|[.-])([a-z]+(-[a-z]+)+-\d|\w+-az\d|vpce|dualstack|fips)(?=\.|$)|^(master|replica|clustercfg)\./g;
const AWS_NAMED_BY_CUSTOMER = /^(rds|cache|memorydb|docdb|neptune|redshift|elb)$/;

/**
 * Account numbers; hexadecimal; letters between digits, as names of people and products do not have them (`oauth2`,
 * `web3forms` and `k8s` stay); and what is longer than words are.
 */
const GENERATED = /\b(\d{6,}|(?=[a-f]*\d)[\da-f]{8,}|(?=[a-z]*\d+[a-z]+\d)[a-z\d]{6,}|[a-z\d]{25,})\b/g;
