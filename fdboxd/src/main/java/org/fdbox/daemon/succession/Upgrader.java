package org.fdbox.daemon.succession;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.fdbox.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the installed successor, which takes over by itself.
public final class Upgrader {

    private static final Logger LOG = LoggerFactory.getLogger(Upgrader.class);
    private static final long PATIENCE_SECONDS = 120;
    /// What a service manager said to this process alone (sd_listen_fds(3), sd_watchdog_enabled(3)).
    private static final List<String> OURS =
            List.of("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_PID");
    private static final String TAKE_OVER = "--take-over";
    private static final String STANDBY = "--standby";
    /// The successor must not be this process's child: a service manager adopts it while this process still lives, and so learns from
    /// the start how it ends.
    private static final List<String> ORPHANED = List.of("/bin/sh", "-c", "\"$@\" >&2 & echo $!", "sh");

    private final Optional<String> program;
    private final List<String> arguments;
    private final String address;

    /// @param environment in which the launcher says what to start
    /// @param arguments of this daemon, which are the successor's
    /// @param address where this daemon can be reached
    public Upgrader(Map<String, String> environment, List<String> arguments, String address) {
        this.program = Optional.ofNullable(environment.get("FDBOXD_PROGRAM")).filter(path -> !path.isEmpty());
        this.arguments = arguments;
        this.address = address;
    }

    /// Starts it and waits for its end: if it takes over, this process ends first.
    ///
    /// @return why it could not be started, or did not take over
    /// @param isTaking whether a successor is just about to
    Refused.HandoverFailed run(BooleanSupplier isTaking) {
        ProcessHandle successor;
        try {
            successor = start();
        } catch (Refused.HandoverFailed unable) {
            return unable;
        }
        LOG.info("started a successor: pid={}", successor.pid());
        try {
            return await(successor, isTaking);
        } finally {
            successor.destroyForcibly();
        }
    }

    private static Refused.HandoverFailed await(ProcessHandle successor, BooleanSupplier isTaking) {
        while (true) {
            try {
                successor.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return ended();
            } catch (TimeoutException late) {
                // Who has committed ends this process, and must not be ended by it.
                if (!isTaking.getAsBoolean()) {
                    return failed("the successor did not take over within " + PATIENCE_SECONDS + " s");
                }
                LOG.warn("the successor takes long");
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                return failed("this daemon is about to end");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private ProcessHandle start() throws Refused.HandoverFailed {
        var command = new ArrayList<>(ORPHANED);
        command.add(program.orElseThrow(() -> failed(
                "it is not known how this daemon was started (FDBOXD_PROGRAM): start the successor yourself, by fdboxd "
                        + TAKE_OVER)));
        // However this daemon came to serve.
        arguments.stream().filter(argument -> !argument.equals(TAKE_OVER) && !argument.equals(STANDBY))
                .forEach(command::add);
        command.addAll(List.of(TAKE_OVER, "--socket", address));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeAll(OURS);
        try {
            Process shell = builder.start();
            try (BufferedReader said = shell.inputReader()) {
                return ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow(Upgrader::ended);
            }
        } catch (IOException | NumberFormatException unable) {
            throw failed(program.get() + " cannot be started: " + unable.getMessage());
        }
    }

    private static Refused.HandoverFailed ended() {
        return failed("the successor ended and did not take over; its log, which is this daemon's, says why");
    }

    private static Refused.HandoverFailed failed(String why) {
        return new Refused.HandoverFailed(Optional.empty(), Optional.empty(), why);
    }
}
