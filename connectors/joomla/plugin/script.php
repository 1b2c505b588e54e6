<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

\defined('_JEXEC') or die;

use Joomla\CMS\Factory;
use Joomla\CMS\Installer\InstallerAdapter;
use Joomla\CMS\Installer\InstallerScriptInterface;
use Joomla\CMS\Language\Text;
use Joomla\Database\DatabaseAwareInterface;
use Joomla\Database\DatabaseAwareTrait;

/*
 * Runs when the plugin is installed, updated or removed. Written in old PHP on purpose: it has to be understood by
 * the versions that it refuses.
 */
return new class () implements InstallerScriptInterface, DatabaseAwareInterface {
    use DatabaseAwareTrait;

    const PHP = '8.1.0';
    const JOOMLA = '4.4.0';
    const ROUTINE = 'leadbridge.send';

    public function preflight(string $type, InstallerAdapter $adapter): bool
    {
        if ($type === 'uninstall') {
            return true;
        }

        return $this->isNewEnough('PHP', PHP_VERSION, self::PHP)
            && $this->isNewEnough('Joomla', JVERSION, self::JOOMLA);
    }

    public function install(InstallerAdapter $adapter): bool
    {
        return true;
    }

    public function update(InstallerAdapter $adapter): bool
    {
        return true;
    }

    /** A new plugin is switched on, and gets the task that sends what waits. */
    public function postflight(string $type, InstallerAdapter $adapter): bool
    {
        if ($type === 'install' || $type === 'discover_install') {
            $this->attempt(function () {
                $this->enable();
                $this->addTask();
            });
            $this->attempt(function () {
                $this->sayWhatIsNext();
            }, '');
        }

        return true;
    }

    public function uninstall(InstallerAdapter $adapter): bool
    {
        $this->attempt(function () {
            $this->removeTasks();
        });

        return true;
    }

    private function isNewEnough($what, $is, $least)
    {
        if (version_compare($is, $least, '>=')) {
            return true;
        }

        $message = Text::sprintf('PLG_SYSTEM_LEADBRIDGE_TOO_OLD', $what, preg_replace('/\.0$/', '', $least), $is);
        Factory::getApplication()->enqueueMessage($message, 'error');

        return false;
    }

    /** A site without scheduler, or with a changed one, can still use the plugin. */
    private function attempt($deed, $trouble = 'PLG_SYSTEM_LEADBRIDGE_NO_TASK')
    {
        try {
            $deed();
        } catch (\Throwable $failure) {
            if ($trouble !== '') {
                Factory::getApplication()->enqueueMessage(Text::_($trouble), 'warning');
            }
        }
    }

    private function enable()
    {
        $db = $this->getDatabase();
        $query = $db->getQuery(true)
            ->update($db->quoteName('#__extensions'))
            ->set($db->quoteName('enabled') . ' = 1');
        $db->setQuery($this->ofThisPlugin($query))->execute();
    }

    /** With a link where there are pages. */
    private function sayWhatIsNext()
    {
        $place = $this->escape('PLG_SYSTEM_LEADBRIDGE_NEXT_PLACE');

        if (Factory::getApplication()->isClient('administrator')) {
            $db = $this->getDatabase();
            $query = $db->getQuery(true)->select($db->quoteName('extension_id'))->from($db->quoteName('#__extensions'));
            $id = (int) $db->setQuery($this->ofThisPlugin($query))->loadResult();
            $place = '<a href="index.php?option=com_plugins&amp;task=plugin.edit&amp;extension_id=' . $id . '">' . $place . '</a>';
        }

        $message = str_replace('%s', $place, $this->escape('PLG_SYSTEM_LEADBRIDGE_NEXT'));
        Factory::getApplication()->enqueueMessage($message, 'info');
    }

    private function escape($key)
    {
        return htmlspecialchars(Text::_($key), ENT_QUOTES, 'UTF-8');
    }

    private function ofThisPlugin($query)
    {
        $db = $this->getDatabase();

        return $query
            ->where($db->quoteName('type') . ' = ' . $db->quote('plugin'))
            ->where($db->quoteName('folder') . ' = ' . $db->quote('system'))
            ->where($db->quoteName('element') . ' = ' . $db->quote('leadbridge'));
    }

    private function addTask()
    {
        $db = $this->getDatabase();
        $query = $db->getQuery(true)
            ->select('COUNT(*)')
            ->from($db->quoteName('#__scheduler_tasks'))
            ->where($db->quoteName('type') . ' = ' . $db->quote(self::ROUTINE));

        if ((int) $db->setQuery($query)->loadResult() === 0) {
            $task = $this->task(gmdate('Y-m-d H:i:s'));
            $db->insertObject('#__scheduler_tasks', $task);
        }
    }

    /** Every minute. Trouble with the bridge stands in the plugin's settings, so no mails about it. */
    private function task($now)
    {
        return (object) [
            'title' => Text::_('PLG_SYSTEM_LEADBRIDGE_TASK_NAME'),
            'type' => self::ROUTINE,
            'execution_rules' => json_encode([
                'rule-type' => 'interval-minutes',
                'interval-minutes' => '1',
                'exec-day' => gmdate('d'),
                'exec-time' => gmdate('H:i'),
            ]),
            'cron_rules' => json_encode(['type' => 'interval', 'exp' => 'PT1M']),
            'state' => 1,
            'next_execution' => $now,
            'params' => json_encode([
                'individual_log' => false,
                'log_file' => '',
                'notifications' => [
                    'success_mail' => '0',
                    'failure_mail' => '0',
                    'fatal_failure_mail' => '0',
                    'orphan_mail' => '1',
                ],
            ]),
            'note' => '',
            'created' => $now,
            'created_by' => 0,
        ];
    }

    private function removeTasks()
    {
        $db = $this->getDatabase();
        $query = $db->getQuery(true)
            ->delete($db->quoteName('#__scheduler_tasks'))
            ->where($db->quoteName('type') . ' = ' . $db->quote(self::ROUTINE));
        $db->setQuery($query)->execute();
    }
};
