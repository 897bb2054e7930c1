package org.fdbox.test.bench;

import java.util.Arrays;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;

/// A program of its own: puts and takes by the Java client, and prints the median of what that took, in nanoseconds.
final class JavaClient {

    private JavaClient() {}

    /// @param words the socket, how many times, and how many of those are no more than a warming up
    public static void main(String... words) throws Exception {
        int count = Integer.parseInt(words[1]);
        int first = Integer.parseInt(words[2]);
        var times = new long[count];
        try (FdBoxClient client = FdBoxClient.connect(new UnixAddress(words[0]));
                OwnedFd memfd = Memfd.create("bench")) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                client.put("bench", "x", memfd);
                client.take("bench", "x").close();
                times[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(times, first, count);
        System.out.println("p50 " + times[first + (count - first) / 2]);
    }
}
