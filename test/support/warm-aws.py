"""The real aws command line, loaded once: each call is a fork of a process in which its modules are there already.

Started as `warm-aws.py SOCKET`. A caller sends the descriptors of its stdin, stdout and stderr with its arguments and
environment, and gets the exit code back. A caller that goes away takes its call with it.
"""
import json
import os
import signal
import socket
import struct
import sys

import awscli.clidriver

# What a first call loads beside the modules: plugins, the models of both services, the client's transport.
session = awscli.clidriver.create_clidriver().session
for service in ('logs', 'cloudwatch'):
    session.create_client(
        service,
        region_name='eu-west-1',
        endpoint_url='http://127.0.0.1:9',
        aws_access_key_id='none',
        aws_secret_access_key='none',
    )


def serve(caller):
    header, descriptors, _, _ = socket.recv_fds(caller, 4, 3)
    length = struct.unpack('>I', header)[0]
    body = b''
    while len(body) < length:
        body += caller.recv(length - len(body))
    call = json.loads(body)
    worker = os.fork()
    if worker == 0:
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        # Importing awscli has said there where its data lies.
        data = os.environ['AWS_DATA_PATH']
        os.environ.clear()
        os.environ.update({'AWS_DATA_PATH': data, **call['environment']})
        sys.argv = ['aws', *call['arguments']]
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        code = 1
        try:
            code = awscli.clidriver.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    for descriptor in descriptors:
        os.close(descriptor)
    watcher = os.fork()
    if watcher == 0:
        # The caller sends nothing more: an end means that it was killed.
        caller.recv(1)
        try:
            os.kill(worker, signal.SIGTERM)
        except ProcessLookupError:
            pass
        os._exit(0)
    _, status = os.waitpid(worker, 0)
    os.kill(watcher, signal.SIGKILL)
    os.waitpid(watcher, 0)
    try:
        caller.sendall(struct.pack('>i', os.waitstatus_to_exitcode(status)))
    except OSError:
        pass


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
print('ready', flush=True)
while True:
    connection, _ = listener.accept()
    if os.fork() == 0:
        listener.close()
        serve(connection)
        os._exit(0)
    connection.close()
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
