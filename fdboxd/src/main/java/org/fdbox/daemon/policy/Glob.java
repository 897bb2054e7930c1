package org.fdbox.daemon.policy;

/// A pattern for names: '*' stands for any characters or none, '?' for one, everything else for itself. Characters are those of
/// Unicode, compared as they are: what differs in normalisation is different.
///
/// @param pattern as it was written
public record Glob(String pattern) {

    /// Takes time in proportion to the product of both lengths at most, whatever the pattern.
    public boolean matches(String name) {
        int[] wanted = pattern.codePoints().toArray();
        int[] given = name.codePoints().toArray();
        int at = 0;
        int star = -1;
        int afterStar = 0;
        for (int i = 0; i < given.length;) {
            if (at < wanted.length && wanted[at] == '*') {
                star = at++;
                afterStar = i;
            } else if (at < wanted.length && (wanted[at] == '?' || wanted[at] == given[i])) {
                at++;
                i++;
            } else if (star >= 0) {
                // The last star takes one more.
                at = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < wanted.length && wanted[at] == '*') {
            at++;
        }
        return at == wanted.length;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
