package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as lines of text; every row has as many cells as the first. */
final class Columns {

    private Columns() {}

    /** Each column as wide as its widest, with two spaces between. */
    static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int in = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(in).length())
                        .max()
                        .orElseThrow();
                line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** A table of Markdown, of which the first row is the head. */
    static List<String> markdown(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add("| "
                    + String.join(
                            " | ",
                            row.stream().map(cell -> cell.replace("|", "\\|")).toList()) + " |");
            if (lines.size() == 1) {
                lines.add("|" + "---|".repeat(row.size()));
            }
        }
        return lines;
    }
}
