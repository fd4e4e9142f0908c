import Accounts

@testable import API

extension ShopRoute {
  /// Of shelves, files of goods, places and counts.
  static let ofShelves: [([Set<StaffRight>], [String])] = [
    (
      [[.catalogEdit]],
      [
        "GET /api/v1/admin/categories", "GET /api/v1/admin/categories/{id}", "POST /api/v1/admin/categories",
        "PUT /api/v1/admin/categories/{id}", "PUT /api/v1/admin/categories/{id}/place",
        "POST /api/v1/admin/categories/{id}/goods", "PUT /api/v1/admin/categories/{id}/picture",
        "DELETE /api/v1/admin/categories/{id}/picture", "DELETE /api/v1/admin/categories/{id}",
        "GET /api/v1/admin/brands", "GET /api/v1/admin/brands/{id}", "POST /api/v1/admin/brands",
        "PUT /api/v1/admin/brands/{id}", "PUT /api/v1/admin/brands/{id}/logo",
        "DELETE /api/v1/admin/brands/{id}/logo", "POST /api/v1/admin/brands/{id}/merger",
        "DELETE /api/v1/admin/brands/{id}", "GET /api/v1/admin/imports", "GET /api/v1/admin/imports/{id}",
        "GET /api/v1/admin/imports/{id}/notes", "GET /api/v1/admin/imports/{id}/errors",
        "POST /api/v1/admin/imports", "POST /api/v1/admin/imports/{id}/decisions",
        "GET /api/v1/admin/exports/goods", "GET /admin/goods/import/export",
      ]
    ),
    (
      [[.stockAdjust]],
      [
        "GET /api/v1/admin/stock/items", "POST /api/v1/admin/stock/{variant}/transfers",
        "PUT /api/v1/admin/stock/{variant}/threshold", "GET /api/v1/admin/stockrooms",
        "POST /api/v1/admin/locations", "PATCH /api/v1/admin/locations/{id}",
        "POST /api/v1/admin/locations/{id}/steps", "GET /api/v1/admin/stock/sheets",
        "GET /api/v1/admin/stock/sheets/{id}", "GET /api/v1/admin/stock/sheets/{id}/lines",
        "POST /api/v1/admin/stock/sheets", "PUT /api/v1/admin/stock/sheets/{id}/lines",
        "POST /api/v1/admin/stock/sheets/{id}/booking", "POST /api/v1/admin/stock/sheets/{id}/cancellation",
        "GET /admin/stock/counts/export",
      ]
    ),
  ]
}
