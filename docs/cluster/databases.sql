-- 第一次启动时建两个库：督办的和 Prefect 自己的。
CREATE DATABASE duban ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE prefect ENCODING 'UTF8' TEMPLATE template0;
