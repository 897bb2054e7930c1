package org.fdbox.daemon.handover;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.OwnedFd;

/// Has made again what may never answer, such as a file of a server that is gone, and does without it after a while: one user's file keeps
/// nobody else's from coming back. One object a recovery; not thread-safe.
final class Patience {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofSeconds(1);
    private static final Duration IN_ALL = Duration.ofSeconds(30);

    private final Duration first;
    private final Duration later;
    private final Duration inAll;
    /// Whose entries have not answered.
    private final Set<Integer> silent = new HashSet<>();
    private Duration inVain = Duration.ZERO;
    private ExecutorService thread;

    Patience() {
        this(FIRST, LATER, IN_ALL);
    }

    /// @param first how long is waited for the first that does not answer
    /// @param later the same for others
    /// @param inAll when so long was waited in vain, others of users one of whose has not answered are not tried any more
    Patience(Duration first, Duration later, Duration inAll) {
        this.first = first;
        this.later = later;
        this.inAll = inAll;
        this.thread = single();
    }

    /// @return owned by the caller
    /// @throws HandlerRefusal also if there is no answer in time
    OwnedFd restore(PreservingHandler handler, Properties properties, Restoration restoration)
            throws HandlerRefusal {
        if (!handler.mayBlock()) {
            return handler.restore(properties, restoration);
        }
        int uid = restoration.putter().uid();
        if (silent.contains(uid) && inVain.compareTo(inAll) >= 0) {
            throw new HandlerRefusal("another file of uid " + Integer.toUnsignedString(uid)
                    + " did not answer, so this one was not tried; unseal the box to try again");
        }
        Duration most = silent.isEmpty() ? first : later;
        var attempt = new Attempt(handler, properties, restoration);
        try {
            thread.execute(attempt);
        } catch (OutOfMemoryError noThread) {
            throw new HandlerRefusal("no thread can be had to ask for it: " + noThread.getMessage(),
                    noThread);
        }
        try {
            return attempt.await(most);
        } catch (TimeoutException late) {
            silent.add(uid);
            inVain = inVain.plus(most);
            // It may hang for good.
            thread.shutdown();
            thread = single();
            throw new HandlerRefusal("it did not answer within " + most.toSeconds()
                    + " s (a file server that is gone?); unseal the box to try again", late);
        }
    }

    /// Comes when needed and goes by itself.
    private static ExecutorService single() {
        var thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().daemon().name("restore").unstarted(task));
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }
}
