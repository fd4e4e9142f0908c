import Catalog
import Events
import Flows
import Inventory
import Merchants
import Pricing
import Storage

/// Who may read what was true some seconds ago. Each has contexts of its own over the replicas, never those of the shop:
/// nobody tells their memories what changes.
extension Shop {
  /// The database for reads that may be some seconds old.
  private var replicated: any Database { replicas ?? database }

  /// For the sitemap, which asks for listings alone. Of these nothing is kept.
  func listedCatalog() -> any CatalogService { catalog(outbox()) }

  /// Made for one export, whose memories end with it.
  func exportCatalog() -> ExportCatalog {
    let outbox = outbox()
    return ExportCatalog(
      catalog: catalog(outbox), pricing: StoredPricing(database: replicated, outbox: outbox, clock: clock),
      inventory: StoredInventory(database: replicated, outbox: outbox, ids: ids, clock: clock),
      merchants: StoredMerchants(database: replicated, outbox: outbox, ids: ids, clock: clock))
  }

  private func catalog(_ outbox: Outbox) -> StoredCatalog {
    StoredCatalog(database: replicated, outbox: outbox, ids: ids, clock: clock)
  }

  private func outbox() -> Outbox { Outbox(ids: ids, clock: clock) }
}
