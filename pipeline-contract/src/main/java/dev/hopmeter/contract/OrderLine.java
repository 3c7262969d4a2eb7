package dev.hopmeter.contract;

/**
 * One position of an order.
 *
 * @param sku what is bought, 1 to 64 characters
 * @param quantity how many, 1 to 1 000 000
 */
public record OrderLine(String sku, int quantity) {

    /**
     * Checks the line.
     *
     * @throws IllegalArgumentException if a part is out of its bounds; the message names it
     */
    public OrderLine {
        Limits.length("sku", sku, 1, 64);
        Limits.range("quantity", quantity, 1, 1_000_000);
    }
}
