package dev.hubcap.dunning;

import dev.hubcap.ledger.Units;

/**
 * When customers are told, and what.
 *
 * @param zero below it a balance is used up
 * @param delete below it VMs are deleted
 * @param templates what the notices say
 */
public record DunningSettings(Units zero, Units delete, NoticeTemplates templates) {

  public DunningSettings {
    if (delete.value().compareTo(zero.value()) > 0) {
      throw new IllegalArgumentException(
          "hubcap.dunning.delete-below is %s, above hubcap.dunning.zero-below, %s"
              .formatted(delete.toDollars(), zero.toDollars()));
    }
  }
}
