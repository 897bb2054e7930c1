package org.fdbox.test.functional;

import java.nio.file.Path;

/// One way to use the daemon. Every operation answers what it brought, or "error NAME" for what the daemon refuses.
interface Driver {

    String create(String box) throws Exception;

    String delete(String box) throws Exception;

    /// Puts a file that holds a text.
    String put(String box, String name, String text) throws Exception;

    /// Puts a descriptor of a kind that nobody enabled.
    String putUnsupported(String box, String name) throws Exception;

    /// Puts one end of a pipe.
    String putPipeEnd(String box, String name) throws Exception;

    /// Takes an entry out and answers its text.
    String take(String box, String name) throws Exception;

    /// Copies an entry and answers its text.
    String copy(String box, String name) throws Exception;

    /// The names of the entries, with spaces between.
    String list(String box) throws Exception;

    String drop(String box, String name) throws Exception;

    String seal(String box) throws Exception;

    String unseal(String box) throws Exception;

    /// Answers the boxes that were left out, with spaces between.
    String save() throws Exception;

    /// The kinds that have a handler, with spaces between.
    String handlers() throws Exception;

    /// Makes one for a daemon.
    interface Factory {
        Driver at(Path socket, Path folder);
    }
}
