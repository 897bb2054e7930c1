package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who refreshes entries of its own holds no more than before, so a full quota is no obstacle.
@ExtendWith(NothingLeaks.class)
class FullQuotaReplaceTest {

    @Test
    void ownEntriesCanBeReplacedWithAFullQuotaAndSomebodyElsesNot() throws Refused {
        try (var shelves = new Shelves(Allowing.limits(2, 2))) {
            shelves.store().create(ALICE, "b", 0777);
            shelves.put(ALICE, "b", "one");
            shelves.put(ALICE, "b", "two");
            shelves.put(BOB, "b", "bobs");
            assertThatCode(() -> shelves.put(ALICE, "b", "one", true)).doesNotThrowAnyException();
            assertThatThrownBy(() -> shelves.put(ALICE, "b", "bobs", true))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            assertThatThrownBy(() -> shelves.put(ALICE, "b", "three"))
                    .isInstanceOf(Refused.QuotaExceeded.class);
        }
    }
}
