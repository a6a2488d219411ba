//! Which attributes of an estimator look like parameters and are none.
//!
//! Some constructors set more than they were given: what a base class knows and this one
//! does not let choose. Found by comparing the attributes of every estimator of
//! scikit-learn 1.2, 1.7 and 1.9 with its `get_params()`, before and after `fit`.

/// Classes, and their attributes of this kind.
const OTHERS: &[(&[&str], &[&str])] = &[
    (
        &[
            "AdaBoostClassifier",
            "AdaBoostRegressor",
            "BaggingClassifier",
            "BaggingRegressor",
        ],
        &["estimator_params"],
    ),
    (
        &["CCA", "PLSRegression"],
        &["algorithm", "deflation_mode", "mode"],
    ),
    (
        &["DecisionTreeRegressor", "ExtraTreeRegressor"],
        &["class_weight"],
    ),
    (
        &["ExtraTreesClassifier", "RandomForestClassifier"],
        &["base_estimator", "estimator", "estimator_params"],
    ),
    (
        &["ExtraTreesRegressor", "RandomForestRegressor"],
        &[
            "base_estimator",
            "class_weight",
            "estimator",
            "estimator_params",
        ],
    ),
    (
        &["GradientBoostingClassifier", "LabelPropagation"],
        &["alpha"],
    ),
    (
        &["GraphicalLasso", "GraphicalLassoCV"],
        &["store_precision"],
    ),
    (
        &["HalvingGridSearchCV", "HalvingRandomSearchCV"],
        &["pre_dispatch"],
    ),
    (
        &["IsolationForest"],
        &[
            "base_estimator",
            "bootstrap_features",
            "estimator",
            "estimator_params",
            "oob_score",
        ],
    ),
    (
        &[
            "KNeighborsClassifier",
            "KNeighborsRegressor",
            "KNeighborsTransformer",
            "LocalOutlierFactor",
        ],
        &["radius"],
    ),
    (
        &["LarsCV"],
        &["fit_path", "jitter", "n_nonzero_coefs", "random_state"],
    ),
    (&["Lasso", "MultiTaskLasso"], &["l1_ratio"]),
    (&["LassoLarsIC"], &["fit_path"]),
    (&["MLPClassifier"], &["loss"]),
    (&["MultiTaskLassoCV"], &["positive", "precompute"]),
    (&["NuSVC"], &["C", "epsilon"]),
    (
        &["NuSVR"],
        &["class_weight", "epsilon", "probability", "random_state"],
    ),
    (
        &["OneClassSVM"],
        &[
            "C",
            "class_weight",
            "epsilon",
            "probability",
            "random_state",
        ],
    ),
    (&["PLSCanonical"], &["deflation_mode", "mode"]),
    (
        &["PassiveAggressiveClassifier"],
        &[
            "alpha",
            "epsilon",
            "eta0",
            "l1_ratio",
            "learning_rate",
            "penalty",
            "power_t",
        ],
    ),
    (
        &["PassiveAggressiveRegressor"],
        &[
            "alpha",
            "eta0",
            "l1_ratio",
            "learning_rate",
            "penalty",
            "power_t",
        ],
    ),
    (
        &["Perceptron"],
        &[
            "C",
            "average",
            "epsilon",
            "learning_rate",
            "loss",
            "power_t",
        ],
    ),
    (
        &[
            "RadiusNeighborsClassifier",
            "RadiusNeighborsRegressor",
            "RadiusNeighborsTransformer",
        ],
        &["n_neighbors"],
    ),
    (
        &["RandomTreesEmbedding"],
        &[
            "base_estimator",
            "bootstrap",
            "class_weight",
            "estimator",
            "estimator_params",
            "max_samples",
            "oob_score",
        ],
    ),
    (&["RidgeClassifierCV"], &["alpha_per_target", "gcv_mode"]),
    (&["SGDClassifier", "SGDRegressor"], &["C"]),
    (
        &["SGDOneClassSVM"],
        &[
            "C",
            "alpha",
            "early_stopping",
            "epsilon",
            "l1_ratio",
            "loss",
            "n_iter_no_change",
            "penalty",
            "validation_fraction",
        ],
    ),
    (&["SVC"], &["epsilon", "nu"]),
    (
        &["SVR"],
        &["class_weight", "nu", "probability", "random_state"],
    ),
    (&["StackingRegressor"], &["stack_method"]),
];

/// Before this release `loss` was none of `MLPRegressor`'s parameters.
const LOSS_OF_NETWORKS: (u32, u32) = (1, 7);

/// Whether an attribute of this class is no parameter, although it has the name of one.
pub(super) fn is_other(class: &str, attribute: &str, version: &str) -> bool {
    if (class, attribute) == ("MLPRegressor", "loss") {
        return release(version).is_some_and(|release| release < LOSS_OF_NETWORKS);
    }
    let mut others = OTHERS.iter();
    others.any(|(classes, others)| classes.contains(&class) && others.contains(&attribute))
}

fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}
