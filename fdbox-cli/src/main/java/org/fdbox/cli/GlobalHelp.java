package org.fdbox.cli;

import picocli.CommandLine.Model.CommandSpec;

/// What `fdbox --help` prints.
final class GlobalHelp {

    private static final String START = """
            Usage: fdbox [--socket PATH] [--json] COMMAND [ARGUMENT...]
            Keeps open file descriptors in named boxes of the daemon fdboxd, and takes them out again.

            Commands:
            """;

    private static final String END = """

              fdbox COMMAND --help   tells more about a command

            Options, before or after the command:
              --socket PATH          the daemon's address; '@NAME' is an abstract one, fd:N a connection that was passed
                                     at N, fd:N/BOX a handle to a box. Default: $FDBOX_SOCKET, else
                                     /run/fdbox/org.fdbox.Store for root, else $XDG_RUNTIME_DIR/fdbox/org.fdbox.Store
              --json                 print the daemon's reply as JSON
              -h, --help             print this text
              -V, --version          print the version

            Exit status: 0 done; 1 refused; 2 wrong usage; 3 no daemon at that address; 4 the daemon broke off.

            Examples:
              fdbox demo                             see it work, with a daemon of its own
              fdbox create vm1
              fdbox put vm1 ram --fd 3 3<>ram.img    put an open file into the box
              fdbox ls vm1
              fdbox get vm1 ram -- qemu-system-x86_64 ...
            """;

    private GlobalHelp() {}

    static String text() throws UsageException {
        var text = new StringBuilder(START);
        for (String name : Commands.NAMES) {
            CommandSpec spec = Commands.named(name).spec();
            text.append("  %-10s %s%n".formatted(name, spec.usageMessage().header()[0]));
        }
        return text.append(END).toString();
    }
}
