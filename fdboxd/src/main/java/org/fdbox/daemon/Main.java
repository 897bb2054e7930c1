package org.fdbox.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.policy.Explanation;
import org.fdbox.protocol.Json;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.ThisProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/// The program fdboxd.
public final class Main {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int OWNER_ONLY = 077;

    private final Options options;
    private final List<String> arguments;
    private final Map<String, String> environment;
    private final BlockingQueue<String> signals = new LinkedBlockingQueue<>();

    private Main(Options options, List<String> arguments, Map<String, String> environment) {
        this.options = options;
        this.arguments = arguments;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(ThisProcess::linkAhead);
        Thread.ofPlatform().daemon().start(Json::warmUp);
        System.exit(run(List.of(arguments), System.getenv()));
    }

    private static int run(List<String> arguments, Map<String, String> environment) {
        try {
            Options options = Options.read(arguments, environment);
            if (options.help()) {
                System.out.print(Options.USAGE);
                return OK;
            }
            if (options.version()) {
                System.out.println("fdboxd " + version());
                return OK;
            }
            var main = new Main(options, arguments, environment);
            Config config = main.config();
            if (options.checkConfig()) {
                System.out.println("the configuration is in order");
                Explanation.of(config.policy()).forEach(System.out::println);
                return OK;
            }
            requireUser();
            ThisProcess.umask(OWNER_ONLY);
            if (!environment.containsKey("FDBOXD_DUMPABLE")) {
                ThisProcess.keepToItself();
            }
            return main.serve(config);
        } catch (Options.Wrong wrong) {
            System.err.println("fdboxd: " + wrong.getMessage());
            return WRONG_USAGE;
        } catch (Config.Faulty | CannotStart fault) {
            System.err.println("fdboxd: " + fault.getMessage());
            return FAILED;
        }
    }

    private static void requireUser() throws CannotStart {
        if (!PeerCredentials.isSomebody(ThisProcess.uid())) {
            throw new CannotStart("uid " + ThisProcess.uid()
                    + " also stands for every user without a number here, so files and peers of those would pass for"
                    + " fdboxd's own; run it as another user (in a user namespace: unshare --map-current-user)");
        }
    }

    private Config config() throws Config.Faulty {
        Path file = options.config().orElse(Options.Defaults.config(environment));
        boolean wanted = options.config().isPresent() || Files.exists(file);
        return wanted ? Config.read(file) : Config.defaults();
    }

    private int serve(Config config) throws CannotStart {
        // Before anything is made that a signal's default action would leave behind.
        watchSignals();
        LogSetup.setLevel(config.logLevel());
        var readiness = new Readiness(environment);
        Optional<Daemon> started = options.standby()
                ? new HotSpare(setting(config), readiness, signals).untilItServes(exit(readiness))
                : Optional.of(start(config, readiness));
        if (started.isEmpty()) {
            return OK;
        }
        Daemon daemon = started.get();
        readiness.tell("READY=1", "STATUS=Serving at " + options.socket());
        untilEnd(daemon, readiness);
        readiness.tell("STOPPING=1", "STATUS=Saving");
        try (LongWork saving = LongWork.begin(readiness)) {
            return daemon.end(_ -> saving.step()) ? OK : FAILED;
        }
    }

    private Daemon start(Config config, Readiness readiness) throws CannotStart {
        Setting setting = setting(config);
        if (options.takeOver()) {
            return new Succeeding(setting, exit(readiness)).run();
        }
        try (LongWork recovering = LongWork.begin(readiness)) {
            return new Start(setting).run(step -> {
                recovering.step();
                setting.watcher().accept(step);
            }, exit(readiness));
        }
    }

    private Setting setting(Config config) {
        return new Setting(options, config, environment, arguments, version(),
                KillAt.asTold(environment)::reached);
    }

    private static Daemon.Exit exit(Readiness readiness) {
        return new Daemon.Exit(readiness::succeededBy, () -> System.exit(OK));
    }

    @SuppressWarnings("sunapi")
    private void watchSignals() {
        for (String name : List.of("TERM", "INT", "HUP")) {
            Signal.handle(new Signal(name), _ -> signals.add(name));
        }
    }

    /// Sleeps until a signal comes or a sign of life is due.
    private void untilEnd(Daemon daemon, Readiness readiness) {
        long interval = readiness.watchdog().map(Duration::toMillis).orElse(Long.MAX_VALUE) / 2;
        try {
            while (true) {
                String signal = signals.poll(interval, TimeUnit.MILLISECONDS);
                if (signal == null) {
                    if (daemon.isAlive(Duration.ofMillis(interval))) {
                        readiness.tell("WATCHDOG=1");
                    }
                } else if (signal.equals("HUP")) {
                    reload(daemon, readiness);
                } else {
                    return;
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    private void reload(Daemon daemon, Readiness readiness) {
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            daemon.apply(config());
            log.info(
                    "configuration read again; policy, limits, handoverNoticeSeconds, logLevel and audit count from now on, the rest at the next start");
            readiness.tell("STATUS=Serving at " + options.socket());
        } catch (Config.Faulty faulty) {
            log.error("the configuration stays as it was: {}", faulty.getMessage());
            readiness.tell("STATUS=Serving; the changed configuration is faulty");
        }
    }

    private static String version() {
        try (InputStream file = Main.class.getResourceAsStream("version")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
