BEGIN TRANSACTION;
CREATE TABLE events (
            seq INTEGER PRIMARY KEY, at REAL NOT NULL, actor TEXT NOT NULL, origin TEXT NOT NULL,
            plan_id TEXT NOT NULL, ordinal INTEGER, kind TEXT NOT NULL, payload TEXT NOT NULL,
            prev TEXT NOT NULL, hash TEXT NOT NULL
        );
INSERT INTO "events" VALUES(1,1.79530806642398500444e+09,'ann','https://acme.example','jfc-0123456789',NULL,'begin','{"digest":"79bf4bc2ed24034029b29cc1d0056c1bd0bdb96ca1864b6083721131eef7d0cf","steps":2,"title":"Make things"}','0000000000000000000000000000000000000000000000000000000000000000','85833f9090f30a6d9123f2534557739fca42a9e340661afdac61f85b400b63f7');
INSERT INTO "events" VALUES(2,1.79530806642457175254e+09,'ann','https://acme.example','jfc-0123456789',0,'sending','{"calls":["PUT /things/one"],"key":"one","kind":"thing.make"}','85833f9090f30a6d9123f2534557739fca42a9e340661afdac61f85b400b63f7','a0f644ab3ad6988e80609e28dd19c8286df63ad17b6c26856bb064f5e2ae6baa');
INSERT INTO "events" VALUES(3,1.79530806642457175254e+09,'ann','https://acme.example','jfc-0123456789',1,'sending','{"calls":["PUT /things/two"],"key":"two","kind":"thing.make"}','a0f644ab3ad6988e80609e28dd19c8286df63ad17b6c26856bb064f5e2ae6baa','aadeac080459a8ec5746323dc71b3b4d49ac45c2ca40d7ace44c782a9b00e957');
INSERT INTO "events" VALUES(4,1.79530806642507362366e+09,'ann','https://acme.example','jfc-0123456789',0,'answer','{"key":"one","message":"Made","outcome":"done"}','aadeac080459a8ec5746323dc71b3b4d49ac45c2ca40d7ace44c782a9b00e957','975a99ffef7440f5473b605ab2b49c6b397d4c7f0337ed141dc60a6166cf9abe');
INSERT INTO "events" VALUES(5,1.79530806642551398278e+09,'ann','https://acme.example','jfc-0123456789',0,'outcome','{"key":"one","message":"Made","outcome":"done"}','975a99ffef7440f5473b605ab2b49c6b397d4c7f0337ed141dc60a6166cf9abe','c7d3a6ca0cbc44705cfcb3549756fad1d6a3b010a9cad80e3c7c9462b39b65a3');
CREATE TABLE plans (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, origin TEXT NOT NULL, body TEXT NOT NULL, total INTEGER NOT NULL,
            state TEXT NOT NULL, stopped TEXT NOT NULL DEFAULT '', created REAL NOT NULL, ended REAL,
            owner TEXT, owner_host TEXT, owner_pid INTEGER, beat REAL
        );
INSERT INTO "plans" VALUES('jfc-0123456789','Make things','https://acme.example','{"confirmation":{"by_yes":true,"effects":["There will be things"],"phrase":"make 2","verb":"Make"},"in_flight":1,"origin":"https://acme.example","stop_on_failure":false,"title":"Make things"}',2,'open','',1.79530806642364335057e+09,NULL,'0011223344556677','gone',1,1.0);
CREATE TABLE steps (
            plan_id TEXT NOT NULL REFERENCES plans (id), ordinal INTEGER NOT NULL, key TEXT NOT NULL,
            body TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL DEFAULT '', at REAL NOT NULL DEFAULT 0, kind TEXT NOT NULL DEFAULT '', made TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (plan_id, ordinal)
        ) WITHOUT ROWID;
INSERT INTO "steps" VALUES('jfc-0123456789',0,'one','{"after":{"name":"one"},"before":null,"inverse":null,"key":"one","kind":"thing.make","requests":[{"anonymous":false,"body":{"name":"one"},"call_class":"idempotent","deadline":15.0,"limit":8388608,"method":"PUT","path":"/things/one","query":[["force","true"]],"secrets":[]}],"title":"Make one"}','done','Made',1.5,'thing.make','');
INSERT INTO "steps" VALUES('jfc-0123456789',1,'two','{"after":{"name":"two"},"before":null,"inverse":null,"key":"two","kind":"thing.make","requests":[{"anonymous":false,"body":{"name":"two"},"call_class":"idempotent","deadline":15.0,"limit":8388608,"method":"PUT","path":"/things/two","query":[["force","true"]],"secrets":[]}],"title":"Make two"}','sending','',1.79530806642447853093e+09,'thing.make','');
CREATE INDEX plans_by_time ON plans (created);
CREATE INDEX steps_by_key ON steps (key);
CREATE INDEX events_by_plan ON events (plan_id);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE INDEX steps_by_kind ON steps (kind);
COMMIT;
PRAGMA user_version = 2;
