package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.fdbox.sys.Contents.Extent;
import org.junit.jupiter.api.Test;

/// Runs of data: cut where asked, and never more of them than a manifest can name.
class ExtentsTest {

    private static final Extents TWO = Extents.of(List.of(new Extent(10, 10), new Extent(30, 5)), 40);

    @Test
    void areCutAtBothEnds() {
        assertThat(TWO.within(0, 40)).isEqualTo(TWO);
        assertThat(TWO.within(15, 32)).containsExactly(new Extent(15, 5), new Extent(30, 2));
        assertThat(TWO.within(12, 13)).containsExactly(new Extent(12, 1));
        assertThat(TWO.within(20, 30)).isEmpty();
        assertThat(TWO.bytes()).isEqualTo(15);
    }

    @Test
    void tellWhereTheNextDataIs() {
        assertThat(TWO.dataFrom(0)).isEqualTo(10);
        assertThat(TWO.dataFrom(12)).isEqualTo(12);
        assertThat(TWO.dataFrom(20)).isEqualTo(30);
        assertThat(TWO.dataFrom(35)).isEqualTo(-1);
    }

    @Test
    void mustAscendWithinTheFile() {
        for (List<Extent> wrong : List.of(
                List.of(new Extent(10, 10), new Extent(19, 1)),
                List.of(new Extent(10, 0)),
                List.of(new Extent(-1, 5)),
                List.of(new Extent(30, 11)),
                List.of(new Extent(30, Long.MAX_VALUE)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> Extents.of(wrong, 40));
        }
    }

    @Test
    void growCoarserWhenThereAreTooMany() {
        long size = 8192L * (Extents.MOST + 5) + 100;
        var builder = new Extents.Builder(size);
        for (int i = 0; i < Extents.MOST; i++) {
            builder.add(8192L * i, 4096);
        }
        assertThat(builder.build()).hasSize(Extents.MOST);
        for (int i = Extents.MOST; i < Extents.MOST + 5; i++) {
            builder.add(8192L * i, 4096);
        }
        builder.add(size - 1, 1);
        assertThat(builder.build()).containsExactly(new Extent(0, size));
    }
}
