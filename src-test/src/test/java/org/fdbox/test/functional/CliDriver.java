package org.fdbox.test.functional;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fdbox.protocol.Json;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// Through the command line, with a shell that opens what is put.
record CliDriver(Path socket, Path folder) implements Driver {

    /// @param redirection of the shell, for example "3<file"
    private Shell.Result shell(String redirection, String... arguments) throws Exception {
        String command =
                Programs.cli(arguments).stream().map(CliDriver::quoted).collect(Collectors.joining(" "));
        String script =
                "export FDBOX_SOCKET=" + quoted(socket.toString()) + "; exec " + command + " " + redirection;
        return Shell.run(List.of("sh", "-c", script));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String answer(Shell.Result result) {
        return switch (result.status()) {
            case 0 -> result.out().strip();
            case 1 -> "error " + result.err().replaceFirst("(?s)^fdbox: (\\w+).*", "$1");
            default -> throw new AssertionError(result.toString());
        };
    }

    private String silent(String... arguments) throws Exception {
        String answer = answer(shell("", arguments));
        return answer.startsWith("error") ? answer : "";
    }

    /// A field of each member of a list in the reply.
    private String each(String list, String field, String... arguments) throws Exception {
        String answer = answer(shell("", arguments));
        if (answer.startsWith("error")) {
            return answer;
        }
        List<?> members = (List<?>) Json.readObject(answer.getBytes()).get(list);
        return members.stream()
                .map(member -> String.valueOf(((Map<?, ?>) member).get(field)))
                .collect(Collectors.joining(" "));
    }

    @Override
    public String create(String box) throws Exception {
        return silent("create", box);
    }

    @Override
    public String delete(String box) throws Exception {
        return silent("delete", box);
    }

    @Override
    public String put(String box, String name, String text) throws Exception {
        Path file = Files.createTempFile(folder, "put", ".txt");
        Files.writeString(file, text);
        String answer = answer(shell("3<" + quoted(file.toString()), "put", box, name, "--fd", "3"));
        return answer.startsWith("error") ? answer : "";
    }

    /// Standard input of a test's process is a pipe; both ends of one in one descriptor are no kind.
    @Override
    public String putUnsupported(String box, String name) throws Exception {
        String answer = answer(shell("3<>/proc/self/fd/0", "put", box, name, "--fd", "3"));
        return answer.startsWith("error") ? answer : "";
    }

    /// Standard input of a test's process is a pipe.
    @Override
    public String putPipeEnd(String box, String name) throws Exception {
        return silent("put", box, name);
    }

    @Override
    public String take(String box, String name) throws Exception {
        return answer(shell("", "get", box, name, "--", "cat", "/proc/self/fd/3"));
    }

    @Override
    public String copy(String box, String name) throws Exception {
        return answer(shell("", "cat", box, name));
    }

    @Override
    public String list(String box) throws Exception {
        return each("entries", "name", "ls", box, "--json");
    }

    @Override
    public String drop(String box, String name) throws Exception {
        return silent("drop", box, name);
    }

    @Override
    public String seal(String box) throws Exception {
        return silent("seal", box);
    }

    @Override
    public String unseal(String box) throws Exception {
        return silent("unseal", box);
    }

    @Override
    public String save() throws Exception {
        return each("leftOut", "box", "save", "--json");
    }

    @Override
    public String handlers() throws Exception {
        return each("handlers", "kind", "handlers", "--json");
    }
}
