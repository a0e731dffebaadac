BEGIN TRANSACTION;
CREATE TABLE accounts (
	run VARCHAR(64) NOT NULL, 
	pico BIGINT NOT NULL, 
	tokens BIGINT NOT NULL, 
	calls BIGINT NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (run)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE annotations (
	id VARCHAR(64) NOT NULL, 
	run VARCHAR(64) NOT NULL, 
	task VARCHAR(64) NOT NULL, 
	annotator VARCHAR(200) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	sampling_probability FLOAT, 
	created BIGINT NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (id), 
	CONSTRAINT fk_annotations_run_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE batches (
	tag VARCHAR(40) NOT NULL, 
	provider_id TEXT NOT NULL, 
	model TEXT NOT NULL, 
	keys TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY (tag)
);
CREATE TABLE cases (
	run VARCHAR(64) NOT NULL, 
	dataset VARCHAR(200) NOT NULL, 
	case_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT pk_cases PRIMARY KEY (run, dataset, case_id), 
	CONSTRAINT fk_cases_run_dataset_datasets FOREIGN KEY(run, dataset) REFERENCES datasets (run, name) ON DELETE CASCADE
);
INSERT INTO "cases" VALUES('small-02e0af62','small','case-0',0,'{"id":"case-0","reference":"trait(''age'') > 0","questions":[{"id":"case-0-q","text":"older than 0","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["even"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-1',1,'{"id":"case-1","reference":"trait(''age'') > 1","questions":[{"id":"case-1-q","text":"older than 1","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["odd"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-2',2,'{"id":"case-2","reference":"trait(''age'') > 2","questions":[{"id":"case-2-q","text":"older than 2","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["even"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-3',3,'{"id":"case-3","reference":"trait(''age'') > 3","questions":[{"id":"case-3-q","text":"older than 3","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["odd"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-4',4,'{"id":"case-4","reference":"trait(''age'') > 4","questions":[{"id":"case-4-q","text":"older than 4","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["even"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-5',5,'{"id":"case-5","reference":"trait(''age'') > 5","questions":[{"id":"case-5-q","text":"older than 5","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["odd"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-6',6,'{"id":"case-6","reference":"trait(''age'') > 6","questions":[{"id":"case-6-q","text":"older than 6","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["even"],"note":""}');
INSERT INTO "cases" VALUES('small-02e0af62','small','case-7',7,'{"id":"case-7","reference":"trait(''age'') > 7","questions":[{"id":"case-7-q","text":"older than 7","origin":"authored","style":"","author":"","faithfulness":null}],"tags":["odd"],"note":""}');
CREATE TABLE datasets (
	run VARCHAR(64) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	language VARCHAR(64) NOT NULL, 
	schema_document TEXT NOT NULL, 
	schema_digest VARCHAR(64) NOT NULL, 
	cases_digest VARCHAR(64) NOT NULL, 
	assumptions TEXT NOT NULL, roles TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_datasets PRIMARY KEY (run, name), 
	CONSTRAINT fk_datasets_run_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('small-02e0af62','small',0,'cql','{"name":"Small","language":"cql","events":{"Order Completed":{"properties":{"total":{"type":"number"}}}},"traits":{"properties":{"plan":{"type":"string","enum":["free","pro"]},"age":{"type":"integer"}}}}','1d1ff37bc6038d05','50f9967968bdd02c57e2c98a4012cc36','["U1: the count of no events is 0","U2: the sum of no values is missing, so comparisons with it are false","U3: avg, min, max, first, last and mode of no values are missing","U4: `none_of` is false for a missing value, as `!=` is","U4: a comparison with a missing value is false, except `absent` and `omits`","U5: NOT is the complement: true exactly where its operand is false","U6, U7: both ends of `within` and `between` are inside the window","U6: `within(d)` keeps now - d to now; nothing lies in the future of now","U7: `between(a, b)` keeps now - b to now - a; a must not be longer than b","U8: `within(parent: d)` keeps what follows the parent event by at most d","U8: an event at the moment of its parent is not after it","U9: the parent is the immediately enclosing event","U10: two values that both read as decimal numbers are compared as numbers, all others as text, case-sensitively","U11: an event without a window looks at the whole history","U12: words such as ''recently'' have no one right number; a proof compares numbers as written","U13: filters of one stream commute, and repeated ones intersect","A1: ALL over an account without users is true","A2: in an account audience an event or entity condition outside ANY and ALL means ANY","A3: `before_date` and `after_date` are strict; the four relative ones include their edge","A4: a bare date is its midnight in UTC; a timestamp without a zone is in UTC","A5: times are whole milliseconds, numbers have at most 30 digits on each side of the point","A6: `mode` breaks ties by the first in text order; `first` and `last` skip missing values and break ties of time by the order of the history","A7: `p.$` unrolls an array: each entry counts as an item of its own","A8: `expires_after(d)` keeps the latest run of events with no gap longer than d, and nothing once d has passed since its last event","A9: an array or object compared as a whole is its compact JSON text","A10: properties of an entity are compared in their own type: text never equals a number","A11: a condition on `trait(''t.$'')` holds where some entry meets it; `!=` and `none_of` where there are entries and none is equal, `omits` and `absent` where none contains it or is there"]','{"generators":{"g":"bdb408007733bf2e5cab3a6818e7a703"},"judges":{"j":"88475d9946aac679e32165a815b43283"}}');
CREATE TABLE exchanges (
	"key" VARCHAR(40) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	model TEXT NOT NULL, 
	request TEXT NOT NULL, 
	reply TEXT NOT NULL, 
	input_tokens INTEGER NOT NULL, 
	output_tokens INTEGER NOT NULL, 
	usd FLOAT, 
	ms FLOAT NOT NULL, 
	attempts INTEGER NOT NULL, 
	created BIGINT NOT NULL, 
	CONSTRAINT pk_exchanges PRIMARY KEY ("key")
);
CREATE TABLE runs (
	id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	study TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	jurist VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, git_commit VARCHAR(64) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('small-02e0af62','small',1795927167457,'{"name":"small","datasets":[{"name":"small","schema":"schema.yaml","cases":"cases.jsonl","tags":[],"sample":null,"limit":null}],"questions":{"use":"authored","generator":"realizer","styles":["conversational"],"per_case":1},"generators":[{"callable":"plugin_0:answer","name":"g"}],"judges":[{"callable":"plugin_0:judge","name":"j"}],"seed":0,"models":{"presets":{},"prices":{},"batch":"never"}}','02e0af628b0d008d9a3ee895f4a13871','0.1.0','finished','');
CREATE TABLE settlements (
	run VARCHAR(64) NOT NULL, 
	task VARCHAR(64) NOT NULL, 
	judge VARCHAR(200) NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	settled_by VARCHAR(200) NOT NULL, 
	note TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	CONSTRAINT pk_settlements PRIMARY KEY (run, task, judge), 
	CONSTRAINT fk_settlements_run_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE tasks (
	run VARCHAR(64) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	parent VARCHAR(64), 
	position INTEGER NOT NULL, 
	dataset VARCHAR(200) NOT NULL, 
	case_id VARCHAR(200) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	generator VARCHAR(200) NOT NULL, 
	role VARCHAR(200) NOT NULL, 
	question TEXT, 
	status VARCHAR(16) NOT NULL, 
	claimed_by VARCHAR(64), 
	claimed_until BIGINT, 
	finished BIGINT, 
	payload TEXT, 
	CONSTRAINT pk_tasks PRIMARY KEY (run, "key"), 
	CONSTRAINT fk_tasks_run_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "tasks" VALUES('small-02e0af62','35fb056d612a763dffcd03514e0c9df4','candidates',NULL,0,'small','case-0',0,'g','g','{"id":"case-0-q","text":"older than 0","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0016220001270994544,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','8b3be21af6b3f25fa81d252b0d5c5daa','candidates',NULL,1,'small','case-1',0,'g','g','{"id":"case-1-q","text":"older than 1","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0002899978426285088,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','8344fccfdf4fa7cc9e1328c8e88978bd','candidates',NULL,2,'small','case-2',0,'g','g','{"id":"case-2-q","text":"older than 2","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.00016999911167658865,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','f5b3902ee4f80bec7a65391c9b17d51d','candidates',NULL,3,'small','case-3',0,'g','g','{"id":"case-3-q","text":"older than 3","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0001400003384333104,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','ac149c85f94007411c8027b11ba1b57f','candidates',NULL,4,'small','case-4',0,'g','g','{"id":"case-4-q","text":"older than 4","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.00015100158634595573,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','e72722c28c0b2707a6c5a351908fcb60','candidates',NULL,5,'small','case-5',0,'g','g','{"id":"case-5-q","text":"older than 5","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0001410007826052606,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','92307664891a578226473279772f8ca6','candidates',NULL,6,'small','case-6',0,'g','g','{"id":"case-6-q","text":"older than 6","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0001400003384333104,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','ad950853fc4d6cd8c37e221f18fd34af','candidates',NULL,7,'small','case-7',0,'g','g','{"id":"case-7-q","text":"older than 7","origin":"authored","style":"","author":"","faithfulness":null}','done',NULL,NULL,1795927167550,'{"query":"trait(''age'') > 1","refusal":null,"failure":null,"cost":{"ms":0.0005010006134398282,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"notes":[]}');
INSERT INTO "tasks" VALUES('small-02e0af62','17b5e21b6d5c3a786f2e5c38fa1036d5','verdicts','8344fccfdf4fa7cc9e1328c8e88978bd',2,'small','case-2',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":1.0,"reasoning":"Another audience: the reference contains the candidate and more. Everybody is in the reference. Only in the candidate: event(''A'').count() >= 1. A customer who has done nothing is in the reference and not in the candidate. Behaviour 0.50, matched conditions 0.00.","unscored":null,"evidence":{"relation":"contains","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[]}},"reference":true,"candidate":false,"story":"a customer who has done nothing is in the reference and not in the candidate"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["everybody is in the reference","only in the candidate: event(''A'').count() >= 1"],"overlap":null,"behaviour":0.5,"matched":0.0,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','265f60bee2d12c16ec35e338db4a68ce','verdicts','ac149c85f94007411c8027b11ba1b57f',4,'small','case-4',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":4.0,"reasoning":"Right but at an edge: the candidate contains the reference and more. They differ only for a bound''s own value. Only in the reference: trait(''n'') > 5. Only in the candidate: trait(''n'') >= 5. A customer with n 5 is in the candidate and not in the reference. Behaviour 0.67, matched conditions 1.00.","unscored":null,"evidence":{"relation":"contained","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"traits":{"n":5},"events":[]}},"reference":false,"candidate":true,"story":"a customer with n 5 is in the candidate and not in the reference"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["they differ only for a bound''s own value","only in the reference: trait(''n'') > 5","only in the candidate: trait(''n'') >= 5"],"overlap":null,"behaviour":0.6666666666666666,"matched":1.0,"timings_ms":{"proof":1.0},"edges_only":true},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','4be230f7bfd168991209e2a94db70bcf','verdicts','ad950853fc4d6cd8c37e221f18fd34af',7,'small','case-7',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof > m","score":1.0,"reasoning":"Another audience: the candidate contains the reference and more. The reference is empty: it asks for event(''A'').count() > 3 and < 3 at once. Only in the candidate: event(''A'').count() >= 4. A customer with four A events, all 1 day ago, is in the candidate and not in the reference. Behaviour 0.00, matched conditions 0.00.","unscored":null,"evidence":{"relation":"contained","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"}]}},"reference":false,"candidate":true,"story":"a customer with four A events, all 1 day ago, is in the candidate and not in the reference"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["the reference is empty: it asks for event(''A'').count() > 3 and < 3 at once","only in the candidate: event(''A'').count() >= 4"],"overlap":null,"behaviour":0.0,"matched":0.0,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[{"judge":"proof","score":1.0,"reasoning":"Another audience: the candidate contains the reference and more. The reference is empty: it asks for event(''A'').count() > 3 and < 3 at once. Only in the candidate: event(''A'').count() >= 4. A customer with four A events, all 1 day ago, is in the candidate and not in the reference. Behaviour 0.00, matched conditions 0.00.","unscored":null,"evidence":{"relation":"contained","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"}]}},"reference":false,"candidate":true,"story":"a customer with four A events, all 1 day ago, is in the candidate and not in the reference"}],"assumptions":["U1: the count of no events is 0","U2: the sum of no values is missing, so comparisons with it are false","U3: avg, min, max, first, last and mode of no values are missing","U4: `none_of` is false for a missing value, as `!=` is","U4: a comparison with a missing value is false, except `absent` and `omits`","U5: NOT is the complement: true exactly where its operand is false","U6, U7: both ends of `within` and `between` are inside the window","U6: `within(d)` keeps now - d to now; nothing lies in the future of now","U7: `between(a, b)` keeps now - b to now - a; a must not be longer than b","U8: `within(parent: d)` keeps what follows the parent event by at most d","U8: an event at the moment of its parent is not after it","U9: the parent is the immediately enclosing event","U10: two values that both read as decimal numbers are compared as numbers, all others as text, case-sensitively","U11: an event without a window looks at the whole history","U12: words such as ''recently'' have no one right number; a proof compares numbers as written","U13: filters of one stream commute, and repeated ones intersect","A1: ALL over an account without users is true","A2: in an account audience an event or entity condition outside ANY and ALL means ANY","A3: `before_date` and `after_date` are strict; the four relative ones include their edge","A4: a bare date is its midnight in UTC; a timestamp without a zone is in UTC","A5: times are whole milliseconds, numbers have at most 30 digits on each side of the point","A6: `mode` breaks ties by the first in text order; `first` and `last` skip missing values and break ties of time by the order of the history","A7: `p.$` unrolls an array: each entry counts as an item of its own","A8: `expires_after(d)` keeps the latest run of events with no gap longer than d, and nothing once d has passed since its last event","A9: an array or object compared as a whole is its compact JSON text","A10: properties of an entity are compared in their own type: text never equals a number","A11: a condition on `trait(''t.$'')` holds where some entry meets it; `!=` and `none_of` where there are entries and none is equal, `omits` and `absent` where none contains it or is there"],"reason":"","notes":["the reference is empty: it asks for event(''A'').count() > 3 and < 3 at once","only in the candidate: event(''A'').count() >= 4"],"overlap":null,"behaviour":0.0,"matched":0.0,"timings_ms":{"identical":0.02881299951695837,"normal_form":20.48420199935208,"proof":316.03406100111897},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','674f7eb10f6ce2aca487dca1e79a0928','verdicts','f5b3902ee4f80bec7a65391c9b17d51d',3,'small','case-3',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":1.0,"reasoning":"Another audience: they differ. The kind of the difference is open: none of 79 seeded subjects is in the candidate only or in both, which proves nothing. The candidate is empty: nobody can be in it. Only in the reference: event(''A'').count() >= 1. A customer with one A event, 1 day ago, is in the reference and not in the candidate. Behaviour 0.00, matched conditions 0.00.","unscored":null,"evidence":{"relation":"different","method":"execution","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[{"name":"A","time":"2026-05-31T12:00:00Z"}]}},"reference":true,"candidate":false,"story":"a customer with one A event, 1 day ago, is in the reference and not in the candidate"}],"assumptions":["U1: the count of no events is 0"],"reason":"the kind of the difference is open: none of 79 seeded subjects is in the candidate only or in both, which proves nothing","notes":["the candidate is empty: nobody can be in it","only in the reference: event(''A'').count() >= 1"],"overlap":{"both":0,"reference_only":68,"candidate_only":0,"neither":11},"behaviour":0.0,"matched":0.0,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','8fccd61a032a51565874b7f41579f73d','verdicts','8b3be21af6b3f25fa81d252b0d5c5daa',1,'small','case-1',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":5.0,"reasoning":"The same audience: the two queries have the same normal form. Both are empty: nobody can be in either.","unscored":null,"evidence":{"relation":"equivalent","method":"normal_form","witnesses":[],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["both are empty: nobody can be in either"],"overlap":null,"behaviour":null,"matched":1.0,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','b271a5761516d7aedc79f8cf1bfc2e02','verdicts','92307664891a578226473279772f8ca6',6,'small','case-6',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":3.0,"reasoning":"The main idea, with a condition wrong or missing: they differ. Only in the reference: event(''A'').sum(property(''p'')). Only in the candidate: event(''A'').max(property(''p'')). A customer with two A events (p 1), both 1 day ago: the reference gives 2, the candidate gives 1. Behaviour 0.66, matched conditions 0.33.","unscored":null,"evidence":{"relation":"different","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[{"name":"A","time":"2026-05-31T12:00:00Z","properties":{"p":1}},{"name":"A","time":"2026-05-31T12:00:00Z","properties":{"p":1}}]}},"reference":2,"candidate":1,"story":"a customer with two A events (p 1), both 1 day ago: the reference gives 2, the candidate gives 1"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["only in the reference: event(''A'').sum(property(''p''))","only in the candidate: event(''A'').max(property(''p''))"],"overlap":{"both":25,"reference_only":13,"candidate_only":0,"neither":36},"behaviour":0.6578947368421053,"matched":0.3333333333333333,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','c24ecb936f6e2b3165da645edaa9ef66','verdicts','e72722c28c0b2707a6c5a351908fcb60',5,'small','case-5',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":3.0,"reasoning":"The main idea, with a condition wrong or missing: each has members that the other has not. Only in the reference: ANY user. Only in the candidate: ALL users. An account with two users (one with no t; another with t ''a'') is in the reference and not in the candidate. An account without users is in the candidate and not in the reference. Behaviour 0.33, matched conditions 0.50.","unscored":null,"evidence":{"relation":"overlaps","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","account":{"users":[{"events":[]},{"traits":{"t":"a"},"events":[]}]}},"reference":true,"candidate":false,"story":"an account with two users (one with no t; another with t ''a'') is in the reference and not in the candidate"},{"subject":{"now":"2026-06-01T12:00:00Z","account":{"users":[]}},"reference":false,"candidate":true,"story":"an account without users is in the candidate and not in the reference"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["only in the reference: ANY user","only in the candidate: ALL users"],"overlap":null,"behaviour":0.3333333333333333,"matched":0.5,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
INSERT INTO "tasks" VALUES('small-02e0af62','caa603bc232914bef44fb73f44225686','verdicts','35fb056d612a763dffcd03514e0c9df4',0,'small','case-0',0,'g','j',NULL,'done',NULL,NULL,1795927168500,'{"judge":"proof","score":1.0,"reasoning":"Another audience: the candidate contains the reference and more. The reference is empty: it asks for event(''A'').count() > 3 and < 3 at once. Only in the candidate: event(''A'').count() >= 4. A customer with four A events, all 1 day ago, is in the candidate and not in the reference. Behaviour 0.00, matched conditions 0.00.","unscored":null,"evidence":{"relation":"contained","method":"proof","witnesses":[{"subject":{"now":"2026-06-01T12:00:00Z","customer":{"events":[{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"},{"name":"A","time":"2026-05-31T12:00:00Z"}]}},"reference":false,"candidate":true,"story":"a customer with four A events, all 1 day ago, is in the candidate and not in the reference"}],"assumptions":["U1: the count of no events is 0"],"reason":"","notes":["the reference is empty: it asks for event(''A'').count() > 3 and < 3 at once","only in the candidate: event(''A'').count() >= 4"],"overlap":null,"behaviour":0.0,"matched":0.0,"timings_ms":{"proof":1.0},"edges_only":false},"samples":[],"confidence":null,"cost":{"ms":1.0,"calls":0,"cached_calls":0,"input_tokens":0,"output_tokens":0,"usd":0.0},"members":[],"side":"candidate"}');
CREATE INDEX ix_runs_digest ON runs (digest);
CREATE INDEX ix_tasks_queue ON tasks (run, stage, role, status, position);
CREATE INDEX ix_tasks_reading ON tasks (run, stage, position, ordinal);
CREATE INDEX ix_tasks_status ON tasks (run, status);
CREATE INDEX ix_annotations_run_task ON annotations (run, task);
CREATE INDEX ix_exchanges_model ON exchanges (model);
CREATE INDEX ix_batches_model ON batches (model);
COMMIT;
