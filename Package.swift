// swift-tools-version: 6.2
// The import rules of the house, as target dependencies, in reading order:
// `App` puts together, `Web` shows, `Flows` does, `Commerce` knows, `Platform` carries.
import PackageDescription

// MARK: Libraries from outside

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTestKit = Target.Dependency.product(
  name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grpc = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// MARK: Targets

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
  // What a library declares old in a later version is no fault of a shop that is built then.
  .treatAllWarnings(as: .error), .treatWarning("DeprecatedDeclaration", as: .warning),
  // Identifiers, caches and rows are generic and used in every module: made special there, an order costs a tenth less.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func room(_ path: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return .target(
    name: name, dependencies: dependencies, path: "Sources/\(path)", resources: resources, swiftSettings: strict)
}

func tests(_ path: String, _ dependencies: [Target.Dependency]) -> Target {
  let name = (path.split(separator: "/").last.map(String.init) ?? path).replacing("Tests", with: "") + "Tests"
  return .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(path)",
    exclude: [
      "Commerce/Payments": ["Vectors"], "Commerce/Search": ["Golden"], "Commerce/SearchOpenSearch": ["Exchanges"],
      "Sandbox": ["Clients"],
    ][path] ?? [],
    swiftSettings: strict)
}

let platform: [Target] = [
  room("Platform/Values", []),
  room("Platform/Storage", ["Values"]),
  room("Platform/AuditLog", ["Values", "Storage", crypto]),
  room("Platform/StorageSQLite", ["Values", "Storage", "Governance", grdb, grdbSQLite]),
  .systemLibrary(name: "CMariaDB", path: "Sources/Platform/CMariaDB", pkgConfig: "libmariadb"),
  room("Platform/StorageMySQL", ["Values", "Storage", "Governance", "CMariaDB"]),
  room("Platform/Archive", ["Values", "Storage", crypto]),
  room("Platform/Events", ["Values", "Storage", "AuditLog", "Governance", logging]),
  .systemLibrary(
    name: "CRabbitMQ", path: "Sources/Platform/CRabbitMQ", pkgConfig: "librabbitmq",
    providers: [.apt(["librabbitmq-dev"])]),
  room("Platform/EventsRabbitMQ", ["Values", "Storage", "Events", "Governance", "CRabbitMQ", logging]),
  room("Platform/Governance", ["Values", "Storage", "AuditLog"]),
  room(
    "Platform/GovernanceEtcd",
    ["Values", "Governance", httpClient, nioCore, nioHTTP1, nioPosix, nioSSL, logging]),
  room("Platform/Jobs", ["Values", "Storage", logging]),
  room("Platform/Mail", ["Values", logging]),
  room("Platform/Files", ["Values", crypto]),
  .systemLibrary(
    name: "CQREncode", path: "Sources/Platform/CQREncode", pkgConfig: "libqrencode",
    providers: [.apt(["libqrencode-dev"])]),
  room("Platform/QRCodes", ["CQREncode"]),
  .systemLibrary(
    name: "CArchive", path: "Sources/Platform/CArchive", pkgConfig: "libarchive",
    providers: [.apt(["libarchive-dev"])]),
  room("Platform/Compression", ["CArchive"]),
  room("Platform/Signatures", [crypto, cryptoExtras, certificates, asn1]),
  room("Platform/Markup", []),
]

let contextNames = [
  "Accounts", "Merchants", "Catalog", "Inventory", "Pricing", "Carts", "Orders", "Payments", "Refunds", "Fulfilment",
  "Reviews",
  "Search",
  "Content",
  "Imports",
  "Insight",
  "Settlement",
  "Messages",
]
let contractFoundations: [Target.Dependency] = ["Values", "Storage", "AuditLog", "Events", "Governance"]
let commerce: [Target] = [
  room(
    "Commerce/Accounts", contractFoundations + [crypto, cryptoExtras, logging],
    resources: [.copy("Regions/regions-cn.tsv")]),
  room("Commerce/Merchants", contractFoundations),
  room("Commerce/Catalog", contractFoundations + ["Markup"]),
  room("Commerce/Inventory", contractFoundations),
  room("Commerce/Pricing", contractFoundations),
  room("Commerce/Carts", contractFoundations),
  room("Commerce/Orders", contractFoundations + [crypto]),
  room(
    "Commerce/Payments",
    contractFoundations + ["Compression", "Signatures", crypto, httpClient, nioCore, nioPosix, nioHTTP1, logging]),
  room("Commerce/Refunds", contractFoundations + [crypto]),
  room("Commerce/Fulfilment", contractFoundations + [crypto, httpClient, nioCore, nioHTTP1, logging]),
  room("Commerce/Reviews", contractFoundations),
  room("Commerce/Search", contractFoundations),
  room(
    "Commerce/SearchOpenSearch",
    ["Values", "Storage", "Governance", "Search", httpClient, nioCore, nioHTTP1, nioSSL, logging]),
  room("Commerce/Content", contractFoundations + ["Markup", crypto]),
  room("Commerce/Imports", contractFoundations),
  room("Commerce/Insight", contractFoundations),
  room("Commerce/Settlement", contractFoundations),
  room("Commerce/Messages", contractFoundations),
]
let contexts = contextNames.map { Target.Dependency(stringLiteral: $0) }

let upper: [Target] = [
  room("Flows", contexts + ["Values", "AuditLog", "Events", "Governance", "Jobs", "Mail", "Files", "Markup", logging]),
  room(
    "Sandbox",
    [
      "Values", "Compression", "Signatures", crypto, hummingbird, httpClient, httpTypes, lifecycle, nioCore, nioHTTP1,
      nioSSL, logging,
    ]),
  room("Remote", ["Payments", "Search", "Values", "Governance", grpc, grpcTransport, logging]),
  room(
    "Web/Pages",
    contexts + [
      "Values", "Flows", "Governance", "Files", "Mail", crypto, hummingbird, httpTypes, mustache, nioCore,
      logging,
    ]),
  room(
    "Web/Storefront",
    contexts + [
      "Values", "Flows", "Pages", "Files", "Governance", "Markup", "QRCodes", hummingbird, httpTypes, mustache, nioCore,
      logging,
    ]),
  room(
    "Web/Admin",
    contexts + [
      "Values", "AuditLog", "Flows", "Pages", "Files", "Governance", "QRCodes", hummingbird, httpTypes, mustache,
      nioCore, logging,
    ]),
  room(
    "Web/API",
    contexts + ["Values", "AuditLog", "Flows", "Pages", "Governance", hummingbird, httpTypes, nioCore, logging]),
  .executableTarget(
    name: "App",
    dependencies: contexts + [
      "Values", "Storage", "StorageSQLite", "StorageMySQL", "AuditLog", "Archive", "Events", "EventsRabbitMQ",
      "Governance", "GovernanceEtcd", "Jobs",
      "Mail", "Files", "Flows", "Remote", "Sandbox", "SearchOpenSearch", "Pages", "Storefront", "Admin", "API", crypto,
      hummingbird, hummingbirdCore,
      hummingbirdTLS, mustache,
      httpClient, configuration, arguments, lifecycle, nioCore, nioPosix, nioSSL, logging,
    ],
    path: "Sources/App", swiftSettings: strict),
]

/// The yardstick of `make bench`, and what calls between parts, notices of providers and their bills cost.
let benchmarks: [Target] = [
  .executableTarget(
    name: "BareServer", dependencies: [hummingbird, nioCore], path: "Benchmarks/BareServer", swiftSettings: strict),
  .executableTarget(
    name: "HopBench",
    dependencies: ["Values", "Storage", "StorageSQLite", "Governance", "Search", "Remote", logging],
    path: "Benchmarks/HopBench", swiftSettings: strict),
  .executableTarget(
    name: "NoticeBench",
    dependencies: [
      "Values", "Storage", "StorageSQLite", "Events", "Payments", "Signatures", "Pages", "Storefront", hummingbird,
      logging,
    ],
    path: "Benchmarks/NoticeBench", swiftSettings: strict),
  .executableTarget(
    name: "ReconcileBench",
    dependencies: ["Values", "Storage", "StorageSQLite", "StorageMySQL", "Events", "Payments", logging],
    path: "Benchmarks/ReconcileBench", swiftSettings: strict),
  // A catalogue of any size that is made from a seed, for the benchmark of search and its tests.
  .target(
    name: "MadeCatalogue", dependencies: ["Values", "Search"], path: "Benchmarks/MadeCatalogue", swiftSettings: strict),
  .executableTarget(
    name: "SearchBench",
    dependencies: ["Values", "Storage", "StorageSQLite", "Search", "MadeCatalogue", grdbSQLite],
    path: "Benchmarks/SearchBench", swiftSettings: strict),
]

let storageForTests: [Target.Dependency] = [
  "TestKit", "Values", "Storage", "StorageSQLite", "StorageMySQL", "AuditLog", "Events",
]
let proofs: [Target] =
  [
    .target(
      name: "TestKit",
      dependencies: [
        "Values", "Storage", "StorageSQLite", "StorageMySQL", "AuditLog", "Events", "Governance", httpClient, nioCore,
        nioHTTP1, nioPosix,
        nioSSL,
      ],
      path: "Tests/TestKit", swiftSettings: strict),
    .target(
      name: "PartKit", dependencies: ["Values", "Governance", "Remote", nioCore, nioPosix, logging],
      path: "Tests/PartKit",
      swiftSettings: strict),
    .target(
      name: "ContextKit",
      dependencies: contexts + [
        "Values", "Storage", "StorageSQLite", "Events", "Flows", "Mail", "TestKit", logging,
      ],
      path: "Tests/ContextKit", swiftSettings: strict),
    tests("Platform/Values", ["Values", "TestKit"]),
    tests("Platform/Storage", storageForTests + ["Governance"]),
    tests("Platform/AuditLog", storageForTests),
    tests("Platform/Archive", storageForTests + ["Archive"]),
    tests("Platform/Events", storageForTests + [logging]),
    tests("Platform/EventsRabbitMQ", storageForTests + ["EventsRabbitMQ", "Governance", "Jobs", logging]),
    tests("Platform/Governance", ["Values", "Governance", "Storage", "TestKit"]),
    tests("Platform/GovernanceEtcd", ["Values", "Governance", "GovernanceEtcd", "TestKit", logging]),
    tests("Platform/Jobs", storageForTests + ["Jobs", logging]),
    tests("Platform/Mail", ["Values", "Mail", "TestKit", logging]),
    tests("Platform/Files", ["Values", "Files", "TestKit"]),
    tests("Platform/QRCodes", ["QRCodes"]),
    tests("Platform/Compression", ["Compression"]),
    tests("Platform/Signatures", ["Signatures"]),
    tests("Platform/Markup", ["Markup"]),
  ]
  + contextNames.map { name in
    // Their contracts hold in another process, too.
    let parts: [Target.Dependency] = ["Payments", "Search"].contains(name) ? ["PartKit", "Remote"] : []
    let signing: [Target.Dependency] = name == "Payments" ? ["Signatures", crypto] : []
    return tests(
      "Commerce/\(name)", storageForTests + ["Governance", .init(stringLiteral: name), logging] + parts + signing)
  }
  + [
    tests(
      "Commerce/SearchOpenSearch",
      ["Values", "Governance", "Search", "SearchOpenSearch", "TestKit", nioHTTP1, logging]),
    tests(
      "Flows",
      contexts + storageForTests + ["ContextKit", "Governance", "Flows", "Mail", "Jobs", "MadeCatalogue", logging]),
    tests(
      "Simulation", contexts + storageForTests + ["ContextKit", "Governance", "Flows", "Mail", "Jobs", grdb, logging]),
    tests(
      "Remote",
      storageForTests + ["PartKit", "Remote", "Payments", "Search", "Governance", nioCore, nioPosix, logging]),
    tests(
      "Sandbox",
      [
        "Sandbox", "Values", "TestKit", "Governance", "Payments", "Fulfilment", "Compression", "Signatures",
        hummingbird,
        httpClient, httpTypes, lifecycle,
        lifecycleTestKit,
        nioCore, nioHTTP1,
        crypto, logging,
      ]),
    tests(
      "Web",
      contexts + [
        "Pages", "Storefront", "Admin", "API", "Flows", "Governance", "Values", "TestKit", hummingbird, httpTypes,
        mustache, nioCore,
      ]),
    tests(
      "Shop",
      contexts + storageForTests + [
        "App", "API", "EventsRabbitMQ", "Governance", "GovernanceEtcd", "Flows", "Mail", "Jobs", "Files", "Remote",
        "Sandbox", "SearchOpenSearch", "Pages", "Signatures", crypto, hummingbird, httpClient,
        lifecycleTestKit, nioCore, nioSSL, logging,
      ]),
    tests(
      "Deploy",
      [
        "App", "Pages", "Storage", "StorageSQLite", "Values", "TestKit", arguments, hummingbird, httpClient, httpTypes,
        lifecycleTestKit,
        nioCore, nioHTTP1, nioPosix, nioSSL, logging, yams,
      ]),
  ]

let package = Package(
  name: "martlet",
  defaultLocalization: "en",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "martlet", targets: ["App"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "CommandLineArguments"]),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    // Tests alone: they read the manifests in `deploy`.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
  ],
  targets: platform + commerce + upper + benchmarks + proofs
)
