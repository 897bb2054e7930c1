package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every error number that is known by name is explained by name.
class ErrnoTest {

    static Stream<Field> names() {
        return Arrays.stream(Errno.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && field.getType() == int.class);
    }

    @ParameterizedTest
    @MethodSource("names")
    void isExplained(Field name) throws Exception {
        assertThat(Errno.describe(name.getInt(null))).startsWith(name.getName() + ", ");
    }

    @Test
    void twoNamesAreTwoNumbers() {
        assertThat(names().map(ErrnoTest::number)).doesNotHaveDuplicates();
    }

    private static int number(Field name) {
        try {
            return name.getInt(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void anUnknownNumberIsShown() {
        assertThat(Errno.describe(4711)).isEqualTo("errno 4711");
    }

    @Test
    void anExceptionSaysWhatFailedOnWhatAndWhy() {
        assertThat(new SystemCallException("openat", "/x", Errno.ENOENT))
                .hasMessage("openat on /x: ENOENT, no such file or directory");
    }
}
