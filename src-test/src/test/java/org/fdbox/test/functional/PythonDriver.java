package org.fdbox.test.functional;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// Through a script in Python that uses the standard library alone.
record PythonDriver(Path socket, Path folder) implements Driver {

    private String run(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Programs.python(), script().toString(), socket.toString()));
        command.addAll(List.of(arguments));
        Shell.Result result = Shell.run(command);
        if (result.status() != 0) {
            throw new AssertionError(command + " failed:\n" + result.err());
        }
        return result.out().strip();
    }

    private static Path script() throws Exception {
        return Path.of(PythonDriver.class.getResource("/python/fdbox_client.py").toURI());
    }

    @Override
    public String create(String box) throws Exception {
        return run("create", box);
    }

    @Override
    public String delete(String box) throws Exception {
        return run("delete", box);
    }

    @Override
    public String put(String box, String name, String text) throws Exception {
        return run("put", box, name, text);
    }

    @Override
    public String putUnsupported(String box, String name) throws Exception {
        return run("put-epoll", box, name);
    }

    @Override
    public String putPipeEnd(String box, String name) throws Exception {
        return run("put-pipe", box, name);
    }

    @Override
    public String take(String box, String name) throws Exception {
        return run("take", box, name);
    }

    @Override
    public String copy(String box, String name) throws Exception {
        return run("copy", box, name);
    }

    @Override
    public String list(String box) throws Exception {
        return run("list", box);
    }

    @Override
    public String drop(String box, String name) throws Exception {
        return run("drop", box, name);
    }

    @Override
    public String seal(String box) throws Exception {
        return run("seal", box);
    }

    @Override
    public String unseal(String box) throws Exception {
        return run("unseal", box);
    }

    @Override
    public String save() throws Exception {
        return run("save");
    }

    @Override
    public String handlers() throws Exception {
        return run("handlers");
    }

    /// A put whose message names a descriptor that does not come with it.
    String putNothing(String box, String name) throws Exception {
        return run("put-nothing", box, name);
    }
}
