package org.fdbox.test.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import java.util.stream.Stream;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.fdbox.protocol.Json;
import org.fdbox.test.support.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Which room may use which: docs/architecture.md says it, and this holds the classes to it.
class RoomsTest {

    private static JavaClasses classes;
    private static Rooms rooms;

    @BeforeAll
    static void read() throws Exception {
        rooms = Rooms.read(Programs.repository().resolve("docs/architecture.md"));
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.fdbox");
    }

    @Test
    void theTableHasEveryRoom() {
        var packages = new TreeSet<String>();
        for (JavaClass one : classes) {
            packages.add(one.getPackageName());
        }
        assertThat(rooms.packages()).containsExactlyInAnyOrderElementsOf(packages);
    }

    @TestFactory
    Stream<DynamicTest> aRoomUsesOnlyWhatTheTableSays() {
        return rooms.all().stream().map(room -> DynamicTest.dynamicTest(room.packageName(), () -> classes()
                .that().resideInAPackage(room.packageName())
                .should().onlyDependOnClassesThat().resideInAnyPackage(rooms.allowed(room))
                .check(classes)));
    }

    @Test
    void noRoomIsInACircle() {
        slices().matching("org.fdbox.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void foreignFunctionsAreCalledInOneRoom() {
        noClasses().that().resideOutsideOfPackage("org.fdbox.sys")
                .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..")
                .check(classes);
    }

    @Test
    void oneClassKnowsJackson() {
        noClasses().that().doNotBelongToAnyOf(Json.class)
                .should().dependOnClassesThat().resideInAPackage("tools.jackson..")
                .check(classes);
    }

    @Test
    void librariesStayWhereTheyAreUsed() {
        noClasses().that().resideOutsideOfPackage("org.fdbox.cli")
                .should().dependOnClassesThat().resideInAPackage("picocli..")
                .check(classes);
        noClasses().that().resideOutsideOfPackage("org.fdbox.daemon")
                .should().dependOnClassesThat().resideInAPackage("ch.qos.logback..")
                .check(classes);
    }

    @Test
    void onlyTheProgramsWriteToStandardStreams() {
        noClasses().that().resideOutsideOfPackages("org.fdbox.cli..", "org.fdbox.daemon")
                .should(ACCESS_STANDARD_STREAMS)
                .check(classes);
    }
}
