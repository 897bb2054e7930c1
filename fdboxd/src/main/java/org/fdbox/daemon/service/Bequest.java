package org.fdbox.daemon.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;

/// What a successor needs to go on with what the service manager keeps, besides the boxes and the ids of their entries
/// ([Survival#id]).
///
/// @param mode of the daemon that hands over
/// @param manager pid of the service manager; the parent of the successor is another process
/// @param ledgers duplicates of both, or none where nothing is kept; closed with this
/// @param current which of them counts
/// @param generation of that one
/// @param leaving ids that nothing stands for any more, of which the service manager may not have been told yet
public record Bequest(Mode mode, long manager, List<OwnedFd> ledgers, int current, long generation,
        List<Integer> leaving) implements AutoCloseable {

    private static final String MODE = "crashSurvival";
    private static final String MANAGER = "serviceManager";
    private static final String CURRENT = "currentLedger";
    private static final String GENERATION = "ledgerGeneration";
    private static final String LEAVING = "leaving";

    /// Of a daemon that keeps nothing.
    static Bequest nothing(long manager) {
        return new Bequest(Mode.OFF, manager, List.of(), 0, 0, List.of());
    }

    /// All of it but the ledgers, in their order.
    public Map<String, Object> node() {
        var node = new LinkedHashMap<String, Object>();
        node.put(MODE, mode.word());
        node.put(MANAGER, manager);
        node.put(CURRENT, (long) current);
        node.put(GENERATION, generation);
        node.put(LEAVING, leaving.stream().map(Ids::name).toList());
        return node;
    }

    /// @param ledgers belong to this from now on, or to the caller if this throws
    /// @throws Malformed if this version cannot go on with it
    public static Bequest of(Map<String, Object> node, List<OwnedFd> ledgers) throws Malformed {
        try {
            Mode mode = Mode.of(String.valueOf(node.get(MODE)));
            int current = Math.toIntExact((Long) node.get(CURRENT));
            if (ledgers.size() != (mode == Mode.OFF ? 0 : Ids.LEDGERS.size()) || current < 0 || current > 1) {
                throw new IllegalArgumentException("there are " + ledgers.size() + " ledgers");
            }
            List<Integer> leaving = ((List<?>) node.get(LEAVING)).stream()
                    .map(name -> Ids.number(String.valueOf(name)).orElseThrow(IllegalArgumentException::new))
                    .toList();
            return new Bequest(mode, (Long) node.get(MANAGER), List.copyOf(ledgers), current,
                    (Long) node.get(GENERATION), leaving);
        } catch (ClassCastException | NullPointerException | IllegalArgumentException
                | ArithmeticException inconsistent) {
            throw new Malformed("what keeps the boxes cannot be taken over: " + node + ": " + inconsistent);
        }
    }

    /// The ledgers as files, which are their taker's from now on.
    List<LedgerFile> files() {
        return IntStream.range(0, ledgers.size())
                .mapToObj(i -> new LedgerFile(ledgers.get(i).take()))
                .toList();
    }

    @Override
    public void close() {
        ledgers.forEach(OwnedFd::close);
    }
}
