package org.fdbox.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.fdbox.cli.view.Accounts;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox chown`
final class ChownCommand implements Command {

    private static final long MOST = 0xffff_fffeL;

    @Override
    public CommandSpec spec() {
        return Syntax.of("chown", "Gives a box to another owner, group, or both.")
                .synopsis("BOX OWNER[:GROUP] | BOX :GROUP")
                .details(
                        "Giving a box away is for root; its owner can give it to a group that it is a member of.")
                .argument("BOX", "name of the box")
                .argument("OWNER[:GROUP]", "names or numbers")
                .examples("fdbox chown vm1 libvirt-qemu", "fdbox chown vm1 :kvm")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Accounts accounts = Accounts.ofSystem();
        String[] parts = call.text("OWNER[:GROUP]").split(":", 2);
        OptionalInt owner = parts[0].isEmpty() ? OptionalInt.empty() : owner(accounts, parts[0]);
        OptionalInt group =
                parts.length < 2 || parts[1].isEmpty() ? OptionalInt.empty() : group(accounts, parts[1]);
        if (owner.isEmpty() && group.isEmpty()) {
            throw new UsageException("neither an owner nor a group is given");
        }
        try (FdBoxClient client = call.connect()) {
            client.setAccess(call.text("BOX"), owner, group, OptionalInt.empty());
        }
        return call.done();
    }

    private static OptionalInt owner(Accounts accounts, String text) throws UsageException {
        return text.matches("\\d+")
                ? number(text)
                : known(accounts.uid(text), "user \"" + text + "\" in /etc/passwd");
    }

    private static OptionalInt group(Accounts accounts, String text) throws UsageException {
        return text.matches("\\d+")
                ? number(text)
                : known(accounts.gid(text), "group \"" + text + "\" in /etc/group");
    }

    private static OptionalInt known(OptionalInt id, String what) throws UsageException {
        if (id.isEmpty()) {
            throw new UsageException("there is no " + what + "; a number works always");
        }
        return id;
    }

    private static OptionalInt number(String text) throws UsageException {
        if (text.length() > 10 || Long.parseLong(text) > MOST) {
            throw new UsageException(text + " is no number of a user or group: the highest is " + MOST);
        }
        return OptionalInt.of((int) Long.parseLong(text));
    }
}
