#!/usr/bin/env node
process.stdout.write('nightlight\n');
