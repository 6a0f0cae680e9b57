/** A pseudo-terminal of 120x40 around a program, with no more in it than Python has everywhere. */
import { spawn } from 'node:child_process';

/** Passes everything on, and ends its program when it is ended itself. */
export const PTY = `
import fcntl, os, pty, signal, struct, sys, termios, time
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
sys.stdout.write('SPAWNED %.3f\\n' % (time.time() * 1000))
sys.stdout.flush()
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(slave, fd)
    os.close(master)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(slave)
def stop(*_):
    os.kill(child, signal.SIGKILL)
signal.signal(signal.SIGTERM, stop)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data: break
    os.write(1, data)
os.waitpid(child, 0)
`;

/** The same, where standard input stays the pipe that it is and keys come from the terminal; tells the process that it started. */
export const PTY_AROUND_A_PIPE = PTY.replace('for fd in (0, 1, 2)', 'for fd in (1, 2)').replace(
  'os.close(slave)\ndef',
  "os.close(slave)\nos.close(0)\nsys.stdout.write('PID %d\\n' % child)\nsys.stdout.flush()\ndef",
);

/** @param stdin  `pipe` where lines go in */
export function onTerminal(command, pty = PTY, stdin = 'ignore') {
  const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  delete env.NO_COLOR;
  delete env.CI;
  return spawn('python3', ['-u', '-c', pty, ...command], { env, stdio: [stdin, 'pipe', 'inherit'] });
}

export function ended(child) {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('close', resolve));
}
