package org.fdbox.test.survival;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;

/// A service manager that keeps descriptors as systemd does, and gives them to the next daemon: src/test/resources/python.
final class KeepingManager implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    /// @param folder for its sockets
    /// @param limit FileDescriptorStoreMax=
    KeepingManager(Path folder, int limit) throws IOException {
        this.folder = folder;
        process = new ProcessBuilder(Programs.python(), script("service_manager.py"), folder.toString(),
                Integer.toString(limit)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"ready".equals(answers.readLine())) {
            throw new IOException("the manager did not start");
        }
    }

    private static String script(String name) {
        return Programs.repository().resolve("src-test/src/test/resources/python").resolve(name).toString();
    }

    /// A daemon as its service; a later one gets what the earlier one had stored.
    ///
    /// @param variables like NAME=VALUE
    DaemonProcess launch(List<String> variables, String... options) throws IOException {
        var wrapper = new ArrayList<>(List.of(Programs.python(), script("as_service.py"), folder.toString()));
        if (!variables.isEmpty()) {
            wrapper.add("env");
            wrapper.addAll(variables);
        }
        return DaemonProcess.launch(folder, wrapper, options);
    }

    /// The same, serving already.
    DaemonProcess start(String... options) throws Exception {
        DaemonProcess daemon = launch(List.of(), options);
        try {
            daemon.awaitServing();
            return daemon;
        } catch (Exception | Error failed) {
            daemon.close();
            throw failed;
        }
    }

    /// What it keeps.
    List<String> names() {
        return Stream.of(ask("names").split(" ")).filter(name -> !name.isEmpty()).toList();
    }

    /// What it keeps of entries: all but the two ledgers.
    List<String> entries() {
        return names().stream().filter(name -> !name.contains("-")).toList();
    }

    void setLimit(int limit) {
        ask("limit " + limit);
    }

    /// It reads nothing from now on.
    void deafen() {
        ask("deaf");
    }

    void hear() {
        ask("hear");
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return answers.readLine();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
