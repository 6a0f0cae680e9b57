/** What a bare `nightlight` says: three ways to begin. It starts nothing. */
export const SHORT_HELP = `nightlight: it is 2 AM and a Lambda hurts. Find out why, from the logs you have.

  nightlight analyze export.csv                       what hurts in this log export, and why
  aws logs tail /aws/lambda/checkout --since 1h | nightlight analyze - --function checkout
  nightlight explain F-1 export.csv                   all evidence behind the first finding

nightlight --help lists every command.
`;
